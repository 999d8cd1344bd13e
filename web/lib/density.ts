import type { Node } from '../../src/schema/types';
import { nodeStatus } from './node-view';
import type { PodState } from './pod-state';
import type { PodView } from './pod-view';

/** From here on pods are drawn on one canvas, and nodes of more than so many give way to tiles. */
export const mostDrawnOneByOne = 600;
const mostFrames = 60;

/** The picture changes its manner above a number, and back only well below it, so that it does not flicker at the edge. */
export const isCrowded = (pods: number, nodes: number, was: boolean): boolean =>
  pods > mostDrawnOneByOne * (was ? 0.8 : 1) || nodes > mostFrames * (was ? 0.8 : 1);

/** The order in which states are stacked in a bin, from the ground up: what needs a look lies on top. */
export const stackOrder: readonly PodState[] = ['ready', 'succeeded', 'not-ready', 'initializing', 'pending', 'terminating', 'unknown', 'failed'];

export type StateCounts = Readonly<Partial<Record<PodState, number>>>;

/** How many pods are in each state. */
export function countStates(pods: readonly PodView[]): StateCounts {
  const counts: Partial<Record<PodState, number>> = {};
  for (const { condition: { state } } of pods) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** A node as a bin: how full it is, and of what. */
export type Bin = {
  readonly uid: string;
  readonly name: string;
  readonly status: string;
  readonly troubled: boolean;
  readonly pods: readonly PodView[];
  readonly counts: StateCounts;
  /** Pods, of as many as the node takes. */
  readonly fill: number;
};

const usualCapacity = 110;

export function binOf(node: Node, pods: readonly PodView[]): Bin {
  const status = nodeStatus(node);
  const capacity = Number(node.status?.allocatable?.['pods']) || usualCapacity;
  return {
    uid: node.metadata.uid, name: node.metadata.name, status, troubled: status !== 'Ready', pods, counts: countStates(pods), fill: Math.min(1, pods.length / capacity),
  };
}

/** Where bins stand: all as large, row by row in their order. `pitch` is the side of a pod's place; without one a bin is a heat tile. */
export type Grid = { readonly columns: number; readonly rows: number; readonly width: number; readonly height: number; readonly pitch?: number };

const gap = 3;
/** Of a bin with pods: its edge, inside. */
const edge = 3;
const pitches = [16, 13, 11, 9, 8, 7, 6];
const leastTile = 14;
const mostTile = 40;

/** The largest picture that fits into the space: pods one by one where there is room for them, heat tiles where there is not. Tiles that do not fit either are scrolled. */
export function gridFor(bins: number, mostPods: number, space: { readonly width: number; readonly height: number }): Grid {
  for (const pitch of pitches) {
    const grid = squareBins(bins, mostPods, pitch, space.width);
    if (grid && grid.rows * grid.height <= space.height) return grid;
  }
  for (let side = mostTile; side > leastTile; side--) {
    const grid = tiles(bins, side, space.width);
    if (grid.rows * grid.height <= space.height) return grid;
  }
  return tiles(bins, leastTile, space.width);
}

const tiles = (bins: number, side: number, width: number): Grid => {
  const columns = Math.max(1, Math.floor(width / (side + gap)));
  return { columns, rows: Math.ceil(bins / columns), width: width / columns, height: side + gap };
};

function squareBins(bins: number, mostPods: number, pitch: number, width: number): Grid | undefined {
  const across = Math.max(3, Math.ceil(Math.sqrt(mostPods)));
  const binWidth = across * pitch + 2 * edge + gap;
  const columns = Math.floor(width / binWidth);
  if (columns === 0) return undefined;
  const inside = Math.floor((width / columns - 2 * edge - gap) / pitch);
  return { columns, rows: Math.ceil(bins / columns), width: width / columns, height: Math.max(1, Math.ceil(mostPods / inside)) * pitch + 2 * edge + gap, pitch };
}

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** The place of the bin with that number. */
export const boxOf = ({ columns, width, height }: Grid, index: number): Box =>
  ({ x: (index % columns) * width, y: Math.floor(index / columns) * height, width: width - gap, height: height - gap });

/** The place of a pod within its bin, by its slot. */
export function podBox(grid: Grid & { readonly pitch: number }, bin: Box, slot: number): Box {
  const across = Math.max(1, Math.floor((bin.width - 2 * edge) / grid.pitch));
  const size = grid.pitch - (grid.pitch > 8 ? 2 : 1);
  return { x: bin.x + edge + (slot % across) * grid.pitch, y: bin.y + edge + Math.floor(slot / across) * grid.pitch, width: size, height: size };
}

/** The number of the bin at a point; undefined between and beside them. */
export function binAt({ columns, width, height }: Grid, bins: number, x: number, y: number): number | undefined {
  const column = Math.floor(x / width);
  if (column < 0 || column >= columns || y < 0) return undefined;
  const index = Math.floor(y / height) * columns + column;
  return index < bins ? index : undefined;
}

/** Where an arrow key leads among bins. */
export function binBeside({ columns }: Grid, bins: number, from: number, key: string): number | undefined {
  const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  const next = key === 'Home' ? 0 : key === 'End' ? bins - 1 : from + (steps[key] ?? NaN);
  return next >= 0 && next < bins ? next : undefined;
}
