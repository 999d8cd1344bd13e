import { formatGo, goType } from './go-format';
import { byText, isList, isObject } from './json';
import { JsonPathError, parseJsonPath, type PathList, type PathNode } from './json-path-parser';

export { JsonPathError, parseJsonPath } from './json-path-parser';

/** Whether a field that is not there is an error; kubectl lets it pass by default. */
export type JsonPathOptions = { readonly allowMissingKeys?: boolean };

/** What a template finds, one list for each piece of text or action. @throws JsonPathError */
export function findJsonPath(template: string | PathList, value: unknown, { allowMissingKeys = true }: JsonPathOptions = {}): readonly (readonly unknown[])[] {
  const { nodes } = typeof template === 'string' ? parseJsonPath(template) : template;
  return new Evaluation(allowMissingKeys).block(nodes, 0, value).found;
}

/** The text `-o jsonpath=` prints: what one action finds is set apart by spaces, and nothing stands between actions. @throws JsonPathError */
export const printJsonPath = (template: string | PathList, value: unknown, options?: JsonPathOptions): string =>
  findJsonPath(template, value, options).map((found) => found.map(shown).join(' ')).join('');

/** As a cell shows a value: text plainly, lists and objects as JSON with sorted keys. */
export const shown = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '<no value>';
  return typeof value === 'object' ? JSON.stringify(sorted(value)) : formatGo(value);
};

const sorted = (value: unknown): unknown => {
  if (isList(value)) return value.map(sorted);
  return isObject(value) ? Object.fromEntries(Object.keys(value).sort(byText).map((key) => [key, sorted(value[key])])) : value;
};

/**
 * The template of a path as `--sort-by` and custom columns take it: braces and the first dot may be left out.
 * @throws JsonPathError
 */
export function relaxedJsonPath(path: string): string {
  if (path === '') return path;
  const [, braced, bare] = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(path) ?? [];
  const fields = braced ?? bare;
  if (fields === undefined) throw new JsonPathError("unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'");
  return `{.${fields}}`;
}

type Values = readonly unknown[];
/** What a block found, and where it ended: at its `{end}`, or after the last node. */
type Block = { readonly found: Values[]; readonly next: number };

const comparisons: Readonly<Record<string, (order: number, same: boolean) => boolean>> = {
  '==': (_, same) => same, '!=': (_, same) => !same, '<': (order) => order < 0, '>': (order) => order > 0, '<=': (order) => order <= 0, '>=': (order) => order >= 0,
};

class Evaluation {
  constructor(private readonly allowMissingKeys: boolean) {}

  block(nodes: readonly PathNode[], from: number, current: unknown, inRange = false): Block {
    const found: Values[] = [];
    for (let at = from; at < nodes.length; at++) {
      const node = nodes[at];
      if (!node) break;
      const word = identifierOf(node);
      if (word === 'end') {
        if (!inRange) throw new JsonPathError('not in range, nothing to end');
        return { found, next: at };
      }
      if (word !== 'range') { found.push(this.#walk(current === undefined ? [] : [current], node)); continue; }
      const items = this.#walk(current === undefined ? [] : [current], node);
      const rounds = (items.length > 0 ? items : [undefined]).map((item) => this.block(nodes, at + 1, item, true));
      if (items.length > 0) for (const round of rounds) found.push(...round.found);
      at = rounds[0]?.next ?? at;
    }
    return { found, next: nodes.length };
  }

  #list({ nodes }: PathList, values: Values): Values {
    return nodes.reduce<Values>((current, node) => this.#walk(current, node), values);
  }

  #walk(values: Values, node: PathNode): Values {
    switch (node.type) {
      case 'list': return this.#list(node, values);
      case 'text': return [node.text];
      case 'literal': return values.map(() => node.value);
      case 'field': return this.#field(values, node.name);
      case 'wildcard': return values.flatMap(children);
      case 'recursive': return recursive(values);
      case 'slice': return values.flatMap((value) => (value === null || value === undefined ? [] : slice(value, node.bounds)));
      case 'union': return node.members.flatMap((member) => this.#list(member, values));
      case 'filter': return values.flatMap((value) => (value === null || value === undefined ? [] : this.#filter(value, node)));
      case 'identifier': if (node.name === 'range' || node.name === 'end') return values; throw new JsonPathError(`unrecognized identifier ${node.name}`);
    }
  }

  #field(values: Values, name: string): Values {
    if (values.length === 0 || name === '') return values;
    const found = values.flatMap((value) => (isObject(value) && Object.hasOwn(value, name) ? [value[name]] : []));
    if (found.length === 0 && !this.allowMissingKeys) throw new JsonPathError(`${name} is not found`);
    return found;
  }

  #filter(value: unknown, { left, operator, right }: Extract<PathNode, { type: 'filter' }>): Values {
    if (!isList(value)) throw new JsonPathError(`${formatGo(value)} is not array or slice and cannot be filtered`);
    if (operator === 'exists') return value.filter((item) => new Evaluation(true).#list(left, [item]).length > 0);
    const compare = comparisons[operator];
    return value.filter((item) => {
      const [a, b] = [this.#list(left, [item]), this.#list(right, [item])];
      if (a.length === 0 || b.length === 0) return false;
      if (a.length > 1 || b.length > 1) throw new JsonPathError('can only compare one element at a time');
      if (!compare) throw new JsonPathError(`unrecognized filter operator ${operator}`);
      return compared(a[0], b[0], compare);
    });
  }
}

const identifierOf = (node: PathNode): string | undefined => {
  const first = node.type === 'list' ? node.nodes[0] : undefined;
  return first?.type === 'identifier' ? first.name : undefined;
};

function compared(a: unknown, b: unknown, compare: (order: number, same: boolean) => boolean): boolean {
  if (typeof a === 'number' && typeof b === 'number') return compare(a - b, a === b);
  if (typeof a === 'string' && typeof b === 'string') return compare(byText(a, b), a === b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return compare(NaN, a === b);
  throw new JsonPathError('incompatible types for comparison');
}

function children(value: unknown): Values {
  if (isList(value)) return value;
  return isObject(value) ? Object.keys(value).sort(byText).map((key) => value[key]) : [];
}

function recursive(values: Values): Values {
  return values.flatMap((value) => {
    const inner = children(value);
    return inner.length === 0 ? [] : [value, ...recursive(inner)];
  });
}

function slice(value: unknown, [from, to, by]: Extract<PathNode, { type: 'slice' }>['bounds']): Values {
  if (!isList(value)) throw new JsonPathError(`${goType(value)} is not array or slice`);
  const { length } = value;
  const start = from.known ? (from.value < 0 ? from.value + length : from.value) : 0;
  const end = to.known ? (to.value < 0 || (to.value === 0 && to.derived) ? to.value + length : to.value) : length;
  if (start === end) return [];
  if (start >= length || start < 0) throw new JsonPathError(`array index out of bounds: index ${start}, length ${length}`);
  if (end > length || end < 0) throw new JsonPathError(`array index out of bounds: index ${end - 1}, length ${length}`);
  if (start > end) throw new JsonPathError(`starting index ${start} is greater than ending index ${end}`);
  const step = by.known ? by.value : 1;
  if (step <= 0) throw new JsonPathError('step must be > 0');
  return value.slice(start, end).filter((_, at) => at % step === 0);
}
