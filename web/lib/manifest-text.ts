import { isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments, type Document, type Node, type Tags } from 'yaml';
import { parseYamlDocuments } from '../../src/lib/yaml';
import { isRecord, type JsonRecord } from '../../src/kubectl/values';
import type { Problem } from './editor.svelte';

/** A stretch of one line; all count from 1. */
export type Place = { readonly line: number; readonly column: number; readonly endColumn: number };
/** One document of the text, and where its fields stand. */
export type Part = { readonly object: JsonRecord; place(path: string): Place };

/** Editors cut a mark at the end of its line. */
const wholeLine = 1_000;

const reading = {
  version: '1.1' as const, uniqueKeys: false,
  customTags: (tags: Tags): Tags => tags.filter((tag) => typeof tag === 'string' || !(tag.format === 'TIME' || /:(timestamp|binary)$/.test(tag.tag))),
};

/** Reads a manifest as kubectl does; what is no YAML is told where it stands, in go-yaml's words. */
export function readManifest(text: string): { readonly parts: readonly Part[]; readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  const problems: Problem[] = parseYamlDocuments(text).flatMap(({ errors, duplicates }) => [...errors, ...duplicates])
    .map(({ line, message }) => ({ line, column: 1, endColumn: wholeLine, severity: 'error', message: `yaml: line ${line}: ${message}` }));
  const parts: Part[] = [];
  for (const document of parseAllDocuments(text, { ...reading, lineCounter: lines })) {
    if (document.errors.length > 0) continue;
    const value = read(document);
    if (isRecord(value)) parts.push({ object: value, place: (path) => placeOf(document, path, lines) });
    else if (value !== null && value !== undefined) problems.push({ ...placeOf(document, '', lines), severity: 'error', message: 'an object was expected: apiVersion, kind, metadata' });
  }
  return { parts, problems };
}

function read(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 1_000 });
  } catch {
    return 'aliases without end';   // not an object: reported as such
  }
}

/** Where a field path of the API server (`spec.containers[0].image`) stands, or the nearest above it that is there. */
function placeOf(document: Document.Parsed, path: string, lines: LineCounter): Place {
  const steps = path.match(/[^.[\]]+/g) ?? [];
  const range = rangeAt(document.contents, steps) ?? document.contents?.range ?? document.range;
  return between(lines, range[0], range[1]);
}

type Range = readonly [number, number, ...number[]];

function rangeAt(node: unknown, steps: readonly string[]): Range | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return isScalar(node) ? (node.range ?? undefined) : undefined;
  if (isMap(node)) {
    // A key with dots in it was cut to pieces: the longest join that is a key wins.
    for (let length = steps.length; length > 0; length--) {
      const name = steps.slice(0, length).join('.');
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
      if (pair && isScalar(pair.key)) return rangeAt(pair.value, steps.slice(length)) ?? (pair.key as Node).range ?? undefined;
    }
    return undefined;
  }
  if (!isSeq(node)) return undefined;
  const index = Number(step);
  if (Number.isInteger(index)) { const item = node.items[index]; return rangeAt(item, rest) ?? start(item); }
  for (const item of node.items) { const range = rangeAt(item, steps); if (range) return range; }   // a path without indices
  return undefined;
}

const start = (item: unknown): Range | undefined => (isNode(item) && item.range ? [item.range[0], item.range[0] + 1] : undefined);

function between(lines: LineCounter, from: number, to: number): Place {
  const { line, col } = lines.linePos(from);
  const end = lines.linePos(Math.max(from + 1, to));
  return { line: Math.max(1, line), column: Math.max(1, col), endColumn: end.line === line ? Math.max(end.col, col + 1) : wholeLine };
}
