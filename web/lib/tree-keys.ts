/** What a picture is made of: both kinds of element can have the focus. */
export type Item = HTMLElement | SVGElement;
type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

const isDirection = (key: string): key is Direction => key.startsWith('Arrow');
const centre = (element: Element) => { const { left, top, width, height } = element.getBoundingClientRect(); return { x: left + width / 2, y: top + height / 2 }; };

/** Where an arrow leads in a picture: the nearest item in that direction, sideways distance counting double. Home and End lead to the ends. */
export function neighbour(items: readonly Item[], from: Item, key: string): Item | undefined {
  if (key === 'Home') return items[0];
  if (key === 'End') return items.at(-1);
  if (!isDirection(key)) return undefined;
  const here = centre(from);
  const across = key === 'ArrowLeft' || key === 'ArrowRight';
  const sign = key === 'ArrowRight' || key === 'ArrowDown' ? 1 : -1;
  let best: Item | undefined;
  let least = Infinity;
  for (const item of items) {
    const there = centre(item);
    const along = sign * (across ? there.x - here.x : there.y - here.y);
    const aside = Math.abs(across ? there.y - here.y : there.x - here.x);
    if (item === from || along <= 1) continue;
    const distance = along + 2 * aside;
    if (distance < least) { least = distance; best = item; }
  }
  return best;
}
