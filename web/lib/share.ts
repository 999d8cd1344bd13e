import type { Ran } from './console.svelte';

/** A cluster and what was done to it, small enough for a link: the same seed and the same commands give the same. */
export type Shared = { readonly seed: number; readonly nodes: number; readonly text: string; readonly commands: readonly Ran[] };

const prefix = '#/s/';
/** Longer links are cut by mail programs and chats. */
export const mostCharacters = 8_192;
/** Worker nodes of a cluster that nobody asked to be larger. */
export const workerNodes = 3;
const mostNodes = 5_000;

/** The fragment that holds all of it; undefined when it is too long for a link. */
export async function fragmentOf(shared: Shared): Promise<string | undefined> {
  const bytes = await through(new TextEncoder()
    .encode(JSON.stringify([1, shared.seed, shared.text, shared.commands.map(({ line, files }) => (files ? [line, files] : [line])),
      ...(shared.nodes === workerNodes ? [] : [shared.nodes])])), new CompressionStream('deflate-raw'));
  const fragment = prefix + btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return fragment.length > mostCharacters ? undefined : fragment;
}

export const isShared = (fragment: string): boolean => fragment.startsWith(prefix);

/** What a fragment holds; undefined for one that was cut or changed. */
export async function sharedIn(fragment: string): Promise<Shared | undefined> {
  try {
    const packed = atob(fragment.slice(prefix.length).replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = await through(Uint8Array.from(packed, (letter) => letter.charCodeAt(0)), new DecompressionStream('deflate-raw'));
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return read(value);
  } catch {
    return undefined;   // whatever is wrong with it, it is no link of ours
  }
}

function read(value: unknown): Shared | undefined {
  if (!Array.isArray(value) || value[0] !== 1) return undefined;
  const [, seed, text, commands, nodes = workerNodes]: readonly unknown[] = value;
  if (typeof seed !== 'number' || !Number.isSafeInteger(seed) || typeof text !== 'string' || !Array.isArray(commands)) return undefined;
  if (typeof nodes !== 'number' || !Number.isInteger(nodes) || nodes < 1 || nodes > mostNodes) return undefined;
  const read = commands.map(ranIn);
  return read.some((each) => each === undefined) ? undefined : { seed, nodes, text, commands: read.filter((each) => each !== undefined) };
}

function ranIn(value: unknown): Ran | undefined {
  if (!Array.isArray(value) || typeof value[0] !== 'string') return undefined;
  const [line, files]: readonly unknown[] = value;
  if (files === undefined) return { line: String(line) };
  return isFiles(files) ? { line: String(line), files } : undefined;
}

const isFiles = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((text) => typeof text === 'string');

/** A link can hold only so much; what it unpacks to is kept to a sensible size too. */
const mostBytes = 1_000_000;

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > mostBytes) throw new RangeError('more than a link should hold');
    parts.push(part.value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}
