/** Which place each thing stands on. Nobody is moved for somebody else: who stays keeps the slot, who is new takes the lowest free one. */
export function assignSlots(previous: ReadonlyMap<string, number>, ids: readonly string[]): ReadonlyMap<string, number> {
  const next = new Map<string, number>();
  const taken = new Set<number>();
  for (const id of ids) {
    const slot = previous.get(id);
    if (slot === undefined) continue;
    next.set(id, slot);
    taken.add(slot);
  }
  let free = 0;
  for (const id of ids) {
    if (next.has(id)) continue;
    while (taken.has(free)) free++;
    next.set(id, free);
    taken.add(free);
  }
  return next;
}
