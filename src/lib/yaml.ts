import { Composer, isAlias, isMap, isScalar, LineCounter, Parser, visit, type CST, type Document, type ScalarTag, type Tags, type YAMLError } from 'yaml';
import { jsonDepth, mostDepth } from './json-depth';

export { byNaturalOrder } from './yaml-scalars';
export { printYaml } from './yaml-print';

/** One place in a YAML text that is wrong; `line` counts from 1. */
export type YamlProblem = { readonly line: number; readonly message: string };
/** One document: its value, or why it has none. `duplicates` are keys set twice, of which the last counts. */
export type YamlDocument = { readonly line: number; readonly value: unknown; readonly duplicates: readonly YamlProblem[]; readonly errors: readonly YamlProblem[] };

const float = 'tag:yaml.org,2002:float';
/** The parser takes `E0` and `.` for numbers that they are not; go-yaml asks for a digit. */
const numberForms: ReadonlyMap<string, RegExp> = new Map([
  ['EXP', /^[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)[eE][-+]?[0-9]+$/],
  ['', /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)$/],
]);

const isScalarTag = (tag: Tags[number]): tag is ScalarTag => typeof tag !== 'string' && tag.collection === undefined;

function kubernetesTags(tags: Tags): Tags {
  return tags.filter((tag) => typeof tag === 'string' || !(tag.format === 'TIME' || /:(timestamp|binary)$/.test(tag.tag))).map((tag) => {
    if (!isScalarTag(tag) || tag.tag !== float || tag.test?.test('.nan')) return tag;
    const form = numberForms.get(tag.format ?? '');
    return form ? { ...tag, test: form } : tag;
  });
}

/** As Kubernetes reads YAML: version 1.1 (`yes` is true), with dates and base 60 numbers left as texts. */
const reading = {
  version: '1.1' as const, uniqueKeys: false, logLevel: 'error' as const, keepSourceTokens: false, prettyErrors: false,
  customTags: kubernetesTags,
};
const mostAliases = 1_000;

/** All documents of a text, the empty ones left out. */
export function parseYamlDocuments(text: string): readonly YamlDocument[] {
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  if (tokens.some(isTooDeep)) return [{ line: 1, value: undefined, duplicates: [], errors: [{ line: 1, message: tooDeep }] }];
  const documents: readonly Document[] = [...new Composer({ ...reading, lineCounter: lines }).compose(tokens)];
  return documents.filter((document) => !isEmpty(document)).map((document) => read(document, text, lines));
}

const tooDeep = `exceeded max depth of ${mostDepth}`;

/** Looked at before anything is made of it: what makes values goes down by calls. */
function isTooDeep(document: CST.Token): boolean {
  let level: readonly CST.Token[] = [document];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > mostDepth + 1) return true;   // the document itself is one
    level = level.flatMap((token) => ('items' in token ? token.items.flatMap(({ key, value }) => [key, value]) : token.type === 'document' ? [token.value] : []).filter((each) => each != null));
  }
  return false;
}

/** To find what an alias stands for takes a look at every part of the document. */
const mostLooks = 200_000;

/** What is wrong with aliases for other parts of the document. They can make it large, deep, or without end. */
function aliasProblem(document: Document): string | undefined {
  const anchored = new Map<string, unknown>();
  let [aliases, nodes] = [0, 0];
  let problem: string | undefined;
  visit(document, {
    Alias: (_, { source }, path) => {
      aliases++;
      if (!path.some((node) => node === anchored.get(source))) return undefined;
      problem = `anchor '${source}' value contains itself`;
      return visit.BREAK;
    },
    Node: (_, node) => {
      nodes++;
      if (isAlias(node) || node.anchor === undefined) return;
      anchored.set(node.anchor, node);
    },
  });
  return problem ?? (aliases * nodes > mostLooks ? 'document contains excessive aliasing' : undefined);
}

const isEmpty = ({ contents, errors }: Document): boolean => errors.length === 0 && (contents === null || (isScalar(contents) && contents.value === null));

/**
 * The first document of a body, as the API server reads it. `error` is go-yaml's complaint with its line; `duplicates` is what strict decoding
 * reports of keys that were set twice.
 */
export function parseYaml(text: string): { readonly value: unknown; readonly duplicates: readonly string[]; readonly error?: string } {
  const [first] = parseYamlDocuments(text);
  if (!first) return { value: null, duplicates: [] };
  const { value, duplicates, errors: [error] } = first;
  if (error) return { value: undefined, duplicates: [], error: `yaml: line ${error.line}: ${error.message}` };
  if (duplicates.length === 0) return { value, duplicates: [] };
  return { value, duplicates: [`yaml: unmarshal errors:\n${duplicates.map(({ line, message }) => `  line ${line}: ${message}`).join('\n')}`] };
}

function read(document: Document, text: string, lines: LineCounter): YamlDocument {
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const line = lineAt(document.contents?.range?.[0] ?? 0);
  if (document.errors.length > 0) {
    const errors = document.errors.map((error) => ({ line: lineOf(error, text, lineAt), message: complaint(error, text) }));
    return { line, value: undefined, duplicates: [], errors };
  }
  const hasAliases = text.includes('*');
  const problem = hasAliases ? aliasProblem(document) : undefined;
  if (problem !== undefined) return { line, value: undefined, duplicates: [], errors: [{ line, message: problem }] };
  try {
    const value: unknown = document.toJS({ maxAliasCount: mostAliases });
    if (hasAliases && jsonDepth(value) > mostDepth) return { line, value: undefined, duplicates: [], errors: [{ line, message: tooDeep }] };
    return { line, value, duplicates: duplicateKeys(document, lineAt), errors: [] };
  } catch (failure) {
    return { line, value: undefined, duplicates: [], errors: [{ line, message: failure instanceof Error ? failure.message : String(failure) }] };
  }
}

function duplicateKeys(document: Document, lineAt: (offset: number) => number): readonly YamlProblem[] {
  const found: YamlProblem[] = [];
  visit(document, {
    Map: (_, map) => {
      const keys = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key) || isAlias(key)) continue;
        if (keys.has(key.value) && key.value !== '<<') {
          found.push({ line: lineAt(key.range?.[0] ?? 0), message: `key ${JSON.stringify(String(key.value))} already set in map` });
        }
        keys.add(key.value);
      }
    },
    Seq: (_, list) => (list.items.every((item) => !isMap(item) && !('items' in Object(item))) ? visit.SKIP : undefined),
  });
  return found.sort((a, b) => a.line - b.line);
}

/** A list or map that is never closed is missed where the text ends: go-yaml names its last line with something on it. */
const lineOf = (error: YAMLError, text: string, lineAt: (offset: number) => number): number =>
  lineAt(Math.min(error.pos[0], text.trimEnd().length));

/** go-yaml's words for the complaints people meet most; else the parser's own. */
const words: readonly (readonly [RegExp, string])[] = [
  [/Nested mappings are not allowed|Implicit keys need to be on a single line/, 'mapping values are not allowed in this context'],
  [/Tabs are not allowed|Plain value cannot start with (a tab|reserved)/, 'found character that cannot start any token'],
  [/Implicit map keys need to be followed/, "could not find expected ':'"],
  [/All mapping items must start at the same column|All collection items must start/, 'did not find expected key'],
  [/A block sequence may not be used|Unexpected (block-seq-ind|seq-item-ind)/, 'block sequence entries are not allowed in this context'],
  [/Missing closing ["']quote/, 'found unexpected end of stream'],
  [/Unresolved alias/, 'unknown anchor referenced'],
  [/^Flow map/, "did not find expected ',' or '}'"],
  [/^Flow sequence/, "did not find expected ',' or ']'"],
];

function complaint({ message }: YAMLError, text: string): string {
  if (message.startsWith('Flow ') && /[[{,]$/.test(text.trimEnd())) return 'did not find expected node content';
  return words.find(([pattern]) => pattern.test(message))?.[1] ?? message.split('\n')[0] ?? message;
}
