import { CommandError } from '../errors';

/** `key=value` sets, `key-` removes: what label, annotate and taint are told. */
export type Changes = { readonly set: ReadonlyMap<string, string>; readonly remove: readonly string[] };

/** Arguments up to the first change name resources. */
export function splitChanges(args: readonly string[]): { readonly resources: readonly string[]; readonly changes: readonly string[] } {
  const first = args.findIndex((arg, index) => index > 0 && (arg.includes('=') || arg.endsWith('-')));
  return first < 0 ? { resources: args, changes: [] } : { resources: args.slice(0, first), changes: args.slice(first) };
}

/** @throws CommandError for what is neither, and for a key both set and removed. */
export function parseChanges(words: readonly string[], what: string): Changes {
  const set = new Map<string, string>();
  const remove: string[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals > 0) set.set(word.slice(0, equals), word.slice(equals + 1));
    else if (equals < 0 && word.endsWith('-') && word.length > 1) remove.push(word.slice(0, -1));
    else throw new CommandError(`unknown ${what} spec: ${word}`);
  }
  const both = remove.find((key) => set.has(key));
  if (both !== undefined) throw new CommandError(`can not both modify and remove ${what === 'label' ? 'a' : 'an'} ${what} in the same command`);
  return { set, remove };
}
