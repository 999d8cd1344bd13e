import { stackOrder, boxOf, podBox, type Bin, type Box, type Grid } from './density';
import type { PodState } from './pod-state';

/** Colours by the names of their tokens. Canvas does not know custom properties. */
export type Ink = (token: string) => string;

/** The theme's colours as an element sees them at this moment. */
export function inkOf(element: HTMLElement): Ink {
  const known = new Map<string, string>();
  return (token) => {
    let colour = known.get(token);
    if (colour === undefined) {
      element.style.color = `var(--${token})`;
      known.set(token, colour = getComputedStyle(element).color);
    }
    return colour;
  };
}

const fills: Readonly<Record<PodState, string>> = {
  ready: 'state-ready', succeeded: 'state-succeeded', 'not-ready': 'stage', initializing: 'state-waiting', pending: 'state-waiting', terminating: 'state-terminating',
  unknown: 'stage', failed: 'state-failed',
};
const borders: Partial<Record<PodState, string>> = { 'not-ready': 'state-ready', unknown: 'state-unknown', failed: 'ink-0' };

export type Marks = { readonly selected: string | undefined; readonly focused: string | undefined; readonly ringed: ReadonlySet<string> | undefined };

/** Draws all bins. State is told by fill and border or glyph, as everywhere, in what little room there is. */
export function paint(context: CanvasRenderingContext2D, grid: Grid, bins: readonly Bin[], slots: (bin: Bin) => ReadonlyMap<string, number>, ink: Ink, marks: Marks): void {
  const { pitch } = grid;
  for (const [index, bin] of bins.entries()) {
    const box = boxOf(grid, index);
    const dimmed = marks.ringed !== undefined && !bin.pods.some(({ uid }) => marks.ringed?.has(uid));
    context.globalAlpha = dimmed ? 0.3 : 1;
    context.fillStyle = ink('glass');
    context.fillRect(box.x, box.y, box.width, box.height);
    if (pitch === undefined) paintHeat(context, box, bin, ink);
    else paintPods(context, { ...grid, pitch }, box, bin, slots(bin), ink, marks);
    frame(context, box, bin, ink, marks);
  }
  context.globalAlpha = 1;
}

function paintHeat(context: CanvasRenderingContext2D, box: Box, { counts, pods, fill }: Bin, ink: Ink): void {
  let ground = box.y + box.height;
  const perPod = pods.length === 0 ? 0 : (fill * box.height) / pods.length;
  for (const state of stackOrder) {
    const count = counts[state] ?? 0;
    if (count === 0) continue;
    const height = Math.max(state === 'ready' ? 1 : 2, count * perPod);
    ground = Math.max(box.y, ground - height);
    paintState(context, { x: box.x, y: ground, width: box.width, height }, state, ink);
  }
  if (counts.failed) cross(context, box, ink('ink-0'), 1.6);
}

function paintPods(context: CanvasRenderingContext2D, grid: Grid & { readonly pitch: number }, box: Box, bin: Bin, slots: ReadonlyMap<string, number>, ink: Ink, marks: Marks): void {
  for (const { uid, condition: { state } } of bin.pods) {
    const place = podBox(grid, box, slots.get(uid) ?? 0);
    if (place.y + place.height > box.y + box.height) continue;   // a bin is as high as what lived at once needs
    if (marks.ringed) context.globalAlpha = marks.ringed.has(uid) ? 1 : 0.3;
    paintState(context, place, state, ink);
    if (state === 'failed') {
      outline(context, place, ink('state-failed'), 1, 1);   // larger than its neighbours
      cross(context, place, ink('state-failed-ink'), place.width < 9 ? 0.9 : 1.4);
    }
    if (uid === marks.selected) outline(context, place, ink('accent'), 2, 1);
  }
}

function paintState(context: CanvasRenderingContext2D, { x, y, width, height }: Box, state: PodState, ink: Ink): void {
  const before = context.globalAlpha;
  if (state === 'terminating') context.globalAlpha = before * 0.55;
  context.fillStyle = ink(fills[state]);
  context.fillRect(x, y, width, height);
  context.globalAlpha = before;
  if (state === 'pending' || state === 'initializing') hatch(context, { x, y, width, height }, ink('stage'));
  const border = borders[state];
  // Of what has failed the fill is what must be seen: an edge comes with room for it.
  if (border && width > (state === 'failed' ? 9 : 4) && height > 3) outline(context, { x, y, width, height }, ink(border), 1, 0);
}

function frame(context: CanvasRenderingContext2D, box: Box, bin: Bin, ink: Ink, { selected, focused }: Marks): void {
  if (bin.troubled) {
    context.setLineDash([3, 2]);
    outline(context, box, ink('state-failed'), 2, 0);
    context.setLineDash([]);
    cross(context, { x: box.x + box.width - 9, y: box.y, width: 9, height: 9 }, ink('state-failed'), 2);
  } else outline(context, box, ink('line-strong'), 1, 0);
  if (bin.uid === selected) outline(context, box, ink('accent'), 2, 1);
  if (bin.uid === focused) outline(context, box, ink('accent'), 3, 1.5);
}

function outline(context: CanvasRenderingContext2D, { x, y, width, height }: Box, colour: string, thickness: number, outside: number): void {
  const inset = thickness / 2 - outside;
  context.strokeStyle = colour;
  context.lineWidth = thickness;
  context.strokeRect(x + inset, y + inset, width - 2 * inset, height - 2 * inset);
}

function cross(context: CanvasRenderingContext2D, { x, y, width, height }: Box, colour: string, thickness: number): void {
  const reach = Math.min(width, height) * 0.27;
  const [across, down] = [x + width / 2, y + height / 2];
  context.strokeStyle = colour;
  context.lineWidth = thickness;
  context.beginPath();
  context.moveTo(across - reach, down - reach);
  context.lineTo(across + reach, down + reach);
  context.moveTo(across + reach, down - reach);
  context.lineTo(across - reach, down + reach);
  context.stroke();
}

const hatchStep = 4;
function hatch(context: CanvasRenderingContext2D, { x, y, width, height }: Box, colour: string): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = x - height; at < x + width; at += hatchStep) { context.moveTo(at, y + height); context.lineTo(at + height, y); }
  context.stroke();
  context.restore();
}
