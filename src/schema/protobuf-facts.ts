import data from './data/kubernetes-1.36-protobuf.json';
import { shortName } from './facts';

type Entry = readonly [name: string, type: string, flags?: string];
type Table = { readonly envelope: { readonly magic: readonly number[] }; readonly kinds: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, Readonly<Record<string, Entry>>>> };

/** A field of a message. `shape` says how often it stands there: once, in a list, in a map with texts as keys, or as members of its parent. */
export type ProtobufField = {
  readonly number: number;
  /** Its name in JSON. */
  readonly name: string;
  readonly goName: string;
  /** A scalar, a special type, or the full name of a message. */
  readonly type: string;
  readonly shape: 'one' | 'list' | 'map' | 'inline';
  /** A Go pointer: there or not there, whatever its value. */
  readonly pointer: boolean;
  /** JSON leaves it out when it is empty. */
  readonly omitEmpty: boolean;
  /** JSON also leaves out a zero time. */
  readonly omitZero: boolean;
};
export type ProtobufMessage = { readonly goName: string; readonly fields: readonly ProtobufField[]; readonly byNumber: ReadonlyMap<number, ProtobufField> };

const { envelope, kinds, messages } = data as unknown as Table;   // the compiler sees tuples in JSON as lists

/** What every protobuf body begins with: `k8s` and a zero. */
export const magic: readonly number[] = envelope.magic;

/** The message of a kind, by `apiVersion kind`; options of any group version are those of meta/v1. */
export const messageOf = (apiVersion: string, kind: string): string | undefined => {
  const own = `${apiVersion} ${kind}`;
  if (Object.hasOwn(kinds, own)) return kinds[own];
  const options = `io.k8s.apimachinery.pkg.apis.meta.v1.${kind}`;
  return kind.endsWith('Options') && Object.hasOwn(messages, options) ? options : undefined;
};

/** `apiVersion kind` of everything with a message. */
export const protobufKinds: readonly string[] = Object.keys(kinds);

const known = new Map<string, ProtobufMessage>();

/** The fields of a message. @throws Error for a name that is none. */
export function protobufMessage(name: string): ProtobufMessage {
  const before = known.get(name);
  if (before) return before;
  const entries = messages[name];
  if (!entries) throw new Error(`no message ${name}`);
  const made = messageFrom(shortName(name), entries);
  known.set(name, made);
  return made;
}

/** A message made of table entries. */
export function messageFrom(goName: string, entries: Readonly<Record<string, Entry>>): ProtobufMessage {
  const fields = Object.entries(entries).map(([number, entry]) => fieldOf(Number(number), entry));
  return { goName, fields, byNumber: new Map(fields.map((field) => [field.number, field])) };
}

const fieldOf = (number: number, [name, type, flags = '']: Entry): ProtobufField => ({
  number, name, type, goName: name.charAt(0).toUpperCase() + name.slice(1),
  shape: flags.includes('r') ? 'list' : flags.includes('m') ? 'map' : flags.includes('i') ? 'inline' : 'one',
  pointer: flags.includes('p'), omitEmpty: flags.includes('o'), omitZero: flags.includes('z'),
});
