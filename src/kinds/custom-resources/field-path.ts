import { propertyOf, valuesOf, type JsonSchema } from './schema';

/** Where a path leads: its steps, and the schema there. */
export type FoundPath = { readonly steps: readonly string[]; readonly schema: JsonSchema };

const tokens = /'(?:[^'\\]|\\.)*'|[.[\]]|[^.[\]']+/g;

/** Follows a path such as `.spec['x-y'].z` through a schema; what is wrong with it as a text when it leads nowhere. */
export function validFieldPath(path: string, schema: JsonSchema, allowBrackets = true): FoundPath | string {
  const found = path.match(tokens) ?? [];
  const steps: string[] = [];
  let current = schema;
  for (let at = 0; at < found.length; at++) {
    const token = found[at];
    const next = found[at + 1];
    if (token !== '.' && token !== '[') return `expected [ or . but got: ${token}`;
    if (token === '[' && !allowBrackets) return 'array notation is not allowed';
    if (next === undefined) return 'unexpected end of JSON path';
    if (token === '[' && !/^'.*'$/.test(next)) return `expected single quoted string but got ${next}`;
    const name = token === '[' ? next.slice(1, -1).replace(/\\(.)/g, '$1') : next;
    const child = current.properties ? propertyOf(current, name) : valuesOf(current);
    if (!child) return 'does not refer to a valid field';
    steps.push(name);
    current = child;
    at++;
    if (token === '[') {
      const closing = found[at + 1];
      if (closing === undefined) return 'unexpected end of JSON path';
      if (closing !== ']') return `expected ] but got ${closing}`;
      at++;
    }
  }
  return { steps, schema: current };
}
