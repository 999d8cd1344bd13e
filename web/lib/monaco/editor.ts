import './features';
import * as monaco from 'monaco-editor/editor/editor.api.js';
import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker';
import { configureMonacoYaml, type MonacoYaml } from 'monaco-yaml';
import type { Problem } from '../editor.svelte';
import type { Descriptions } from '../../../src/schema/explain';
import { definitionOf } from '../../../src/schema/facts';
import type { JsonSchema } from '../../../src/schema/json-schema';
import { stockKinds, type ServedKinds } from '../kinds';
import type { Door } from '../door';
import { customSchema } from './custom-schema';
import { kindKey, kindsIn, manifestSchema } from './schema';
import { themeFromTokens } from './theme';
import YamlWorker from './yaml.worker?worker';

/** Monaco with YAML, and with what the page needs of it. */
export type CodeEditor = {
  readonly text: string;
  setText(text: string): void;
  setProblems(problems: readonly Problem[]): void;
  /** Whether Tab goes on to the next control instead of indenting. */
  setTabMoves(moves: boolean): void;
  setTheme(dark: boolean, fontSize: number): void;
  /** What is served from now on, and where to ask what custom resources look like. */
  setKinds(kinds: ServedKinds, door: Door): void;
  reveal(line: number, column: number): void;
  focus(): void;
  dispose(): void;
};
export type Listener = { changed(text: string): void };

type WorkerOptions = { readonly createData?: unknown; readonly host?: Record<string, (...args: unknown[]) => unknown>; readonly keepIdleModels?: boolean };

/**
 * monaco-yaml asks for its worker in Monaco's old way. This makes the worker itself and hands over its data as the second message;
 * the first only wakes the worker's bootstrap.
 */
function createWebWorker({ createData, host, keepIdleModels }: WorkerOptions) {
  const worker = new YamlWorker();
  worker.postMessage('start');
  worker.postMessage(createData);
  return monaco.editor.createWebWorker({ worker, ...(host && { host }), ...(keepIdleModels !== undefined && { keepIdleModels }) });
}

let yaml: MonacoYaml | undefined;
let descriptions: Descriptions = {};
let schemaKey = '';
let served: ServedKinds = stockKinds;
let door: Door | undefined;
/** Schemas of custom resources, as they were when they were asked for. */
const custom = new Map<string, JsonSchema>();

/** Completion and hover follow what the documents say they are. */
function follow(text: string): void {
  const kinds = kindsIn(text, served.resources);
  const key = JSON.stringify([kinds, Object.keys(descriptions).length, [...custom].map(([name, schema]) => [name, schema])]);
  if (key === schemaKey) return;
  schemaKey = key;
  void yaml?.update({ ...options, schemas: [manifestSchema(kinds, descriptions, served.resources, custom)] });
}

/** Asks what the custom resources in a text look like now. */
async function learn(text: string): Promise<void> {
  for (const kind of kindsIn(text, served.resources)) {
    if (!kind || !door || definitionOf(kind) !== undefined) continue;
    const mapping = served.resources.all.find((each) => kindKey(each) === kindKey(kind));
    const schema = mapping && await customSchema(door, { ...mapping, facts: mapping });
    if (schema) custom.set(kindKey(kind), schema); else custom.delete(kindKey(kind));
  }
}

const options = {
  enableSchemaRequest: false,
  validate: false,   // the API server's dry run is the judge
  hover: true,
  completion: true,
  format: { enable: false },
};

function configure(): void {
  if (yaml) return;
  self.MonacoEnvironment = { getWorker: () => new EditorWorker() };
  const bridged = { ...monaco, editor: { ...monaco.editor, createWebWorker } };
  yaml = configureMonacoYaml(bridged as unknown as Parameters<typeof configureMonacoYaml>[0], options);   // the bridge: monaco-yaml is typed for an older Monaco
}

export function createEditor(element: HTMLElement, text: string, listener: Listener): CodeEditor {
  configure();
  follow(text);
  const model = monaco.editor.createModel(text, 'yaml', monaco.Uri.parse('file:///manifest.yaml'));
  const editor = monaco.editor.create(element, {
    model, automaticLayout: true, minimap: { enabled: false }, tabSize: 2, insertSpaces: true, detectIndentation: false, scrollBeyondLastLine: false,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'), fontLigatures: false, lineNumbersMinChars: 3, folding: true, glyphMargin: false,
    renderLineHighlight: 'line', overviewRulerLanes: 2, padding: { top: 8, bottom: 8 },
    wordBasedSuggestions: 'off', quickSuggestions: { other: true, comments: false, strings: true },
    ariaLabel: 'Manifest, YAML. Control M lets Tab leave the editor', fixedOverflowWidgets: true, 'semanticHighlighting.enabled': false,
    stickyScroll: { enabled: false }, autoDetectHighContrast: false, wordWrap: 'off',
  });
  void import('virtual:kubernetes-descriptions').then(({ default: texts }) => { descriptions = texts; follow(model.getValue()); });
  const relearn = () => { void learn(model.getValue()).then(() => follow(model.getValue())); };
  const hasUnknown = (next: string) => kindsIn(next, served.resources).some((kind) => kind && !custom.has(kindKey(kind)) && definitionOf(kind) === undefined);
  const subscriptions = [
    model.onDidChangeContent(() => { const next = model.getValue(); follow(next); if (hasUnknown(next)) relearn(); listener.changed(next); }),
    editor.onDidFocusEditorText(relearn),   // a definition may have changed since
  ];
  return {
    get text() { return model.getValue(); },
    setText(next) { if (next !== model.getValue()) { editor.executeEdits('page', [{ range: model.getFullModelRange(), text: next }]); editor.setScrollTop(0); } },
    setProblems(problems) {
      monaco.editor.setModelMarkers(model, 'podarium', problems.map(({ line, column, endColumn, message, severity }) => ({
        startLineNumber: line, endLineNumber: line, startColumn: column, endColumn, message,
        severity: severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
      })));
    },
    setTabMoves: (moves) => editor.updateOptions({ tabFocusMode: moves }),
    setTheme(dark, fontSize) {
      monaco.editor.defineTheme('podarium', themeFromTokens(dark));
      monaco.editor.setTheme('podarium');
      editor.updateOptions({ fontSize, lineHeight: Math.round(fontSize * 1.5) });
    },
    setKinds(kinds, way) {
      served = kinds;
      door = way;
      relearn();
    },
    reveal(line, column) { editor.setPosition({ lineNumber: line, column }); editor.revealLineInCenterIfOutsideViewport(line); editor.focus(); },
    focus: () => editor.focus(),
    dispose() { for (const subscription of subscriptions) subscription.dispose(); editor.dispose(); model.dispose(); },
  };
}
