/** A machine of a pool, as far as its number matters. */
export type Member = {
  readonly name: string;
  /** Made from the pool's template as it is now. */
  readonly updated: boolean;
  /** Its node is Ready. */
  readonly ready: boolean;
  /** On its way out. */
  readonly leaving: boolean;
  readonly createdAt: string;
  /** Somebody wants this one to go before others. */
  readonly chosen?: boolean;
};
export type Rolling = { readonly replicas: number; readonly maxSurge: number; readonly maxUnavailable: number };
export type Plan = { readonly add: number; readonly remove: readonly string[] };

/** Who goes first: the chosen, then of the old template, then not Ready, then the youngest. */
const goesBefore = (a: Member, b: Member): number =>
  Number(b.chosen ?? false) - Number(a.chosen ?? false) || Number(a.updated) - Number(b.updated) || Number(a.ready) - Number(b.ready)
    || (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0) || (a.name < b.name ? 1 : -1);

/**
 * How many machines to add, and which to take away, on the way to `replicas` of the newest template: never more than
 * replicas + maxSurge at once, those that are leaving included, and never fewer Ready than replicas - maxUnavailable by choice.
 */
export function planOf(members: readonly Member[], { replicas, maxSurge, maxUnavailable }: Rolling): Plan {
  const staying = members.filter(({ leaving }) => !leaving).sort(goesBefore);
  const old = staying.filter(({ updated }) => !updated);
  const fresh = staying.length - old.length;
  const most = replicas + (old.length > 0 ? maxSurge : 0);
  const add = Math.max(0, Math.min(replicas - fresh, most - (old.length > 0 ? members.length : staying.length)));
  const remove: string[] = [];
  let ready = staying.filter((each) => each.ready).length;
  let spare = fresh - replicas;   // of the newest template; the old go anyway, as fast as others are Ready in their place
  for (const member of staying) {
    const mayGo = member.updated ? spare-- > 0 : !member.ready || ready - 1 >= replicas - maxUnavailable;
    if (!mayGo) continue;
    remove.push(member.name);
    if (member.ready) ready--;
  }
  return { add, remove };
}
