import { isList, isObject, put } from '../../lib/json';
import type { Element } from './element';
import { formOf, isBare } from './form';
import { itemsByElement } from './items';
import { shapeUnder, type ListShape, type MapShape, type Shape } from './shape';

/**
 * What is live with what is applied put over it: applied leaves win, nothing goes. Lists with keys and sets take the order of what is applied,
 * and what is live alone keeps its place among them.
 */
export function merge(shape: Shape, live: unknown, applied: unknown): unknown {
  if (applied === undefined || Object.is(live, applied)) return live;
  if (live === undefined) return applied;
  const form = formOf(shape, applied === null ? live : applied);
  if ('scalar' in form || (isBare(live) && isBare(applied))) return applied;
  if ('map' in form) return form.map.atomic ? applied : mergedMaps(form.map, live, applied);
  return form.list.type === 'atomic' ? applied : mergedLists(form.list, live, applied);
}

function mergedMaps(map: MapShape, live: unknown, applied: unknown): unknown {
  if (!isObject(applied)) return live;
  if (!isObject(live)) return applied;
  let made: Record<string, unknown> | undefined;
  for (const name in applied) {
    const shape = shapeUnder(map, name);
    const was = Object.hasOwn(live, name) ? live[name] : undefined;
    const is = shape ? merge(shape, was, applied[name]) : was;
    if (!Object.is(was, is)) put(made ??= { ...live }, name, is);
  }
  return made ?? live;
}

function mergedLists(list: ListShape, live: unknown, applied: unknown): unknown {
  if (!isList(applied)) return live;
  if (!isList(live)) return applied;
  const [left, right] = [itemsByElement(list, live), itemsByElement(list, applied)];
  const merged = orderOf([...left.keys()], [...right.keys()]).flatMap((element): readonly unknown[] => {
    const [was, is] = [left.get(element), right.get(element)];
    if (!is) return was ?? [];
    return was?.length === 1 ? [merge(list.item(), was[0], is[0])] : is;
  });
  return merged.length === live.length && merged.every((item, at) => Object.is(item, live[at])) ? live : merged;
}

/** Elements of both lists: those of `applied` in its order, and those that are live alone before the first applied one that followed them. */
function orderOf(live: readonly Element[], applied: readonly Element[]): readonly Element[] {
  const inLive = new Set(live);
  const inApplied = new Set(applied);
  const shared = applied.filter((element) => inLive.has(element));
  const order: Element[] = [];
  let at = 0;
  let nextShared = 0;
  const takeLiveAlone = (): void => {
    for (; at < live.length; at++) {
      const element = live[at] ?? '';
      if (!inApplied.has(element)) { order.push(element); continue; }
      if (element === shared[nextShared]) return;
    }
  };
  for (const element of applied) {
    takeLiveAlone();
    order.push(element);
    if (element !== shared[nextShared]) continue;
    nextShared++;
    if (live[at] === element) at++;
  }
  takeLiveAlone();
  return order;
}
