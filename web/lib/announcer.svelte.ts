import type { PodState } from './pod-state';
import type { PodView } from './pod-view';

const quietMs = 2_000;
const verbs: Partial<Record<PodState, string>> = { ready: 'became ready', failed: 'failed', 'not-ready': 'not ready', succeeded: 'succeeded', terminating: 'terminating' };

/** What the live region says: changes of pods, gathered so that it speaks at most once in two seconds. */
export class Announcer {
  text = $state('');
  #known: ReadonlyMap<string, PodState> | undefined;
  #changes: PodView[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  see(pods: readonly PodView[]): void {
    const before = this.#known;
    this.#known = new Map(pods.map(({ uid, condition }) => [uid, condition.state]));
    if (!before) return;   // what is there at first is not news
    const changed = pods.filter(({ uid, condition }) => before.get(uid) !== condition.state && verbs[condition.state]);
    if (changed.length === 0) return;
    this.#changes.push(...changed);
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => { this.#timer = undefined; this.text = sentence(this.#changes); this.#changes = []; }, quietMs);
  }
}

function sentence(changes: readonly PodView[]): string {
  const parts: string[] = [];
  for (const [state, verb] of Object.entries(verbs)) {
    const those = changes.filter(({ condition }) => condition.state === state);
    const [only] = those;
    if (!only) continue;
    const reason = state === 'failed' ? `: ${[...new Set(those.map(({ condition }) => condition.reason))].join(', ')}` : '';
    parts.push(those.length === 1 ? `${only.pod.metadata.name} ${verb}${reason}` : `${those.length} pods ${verb}${reason}`);
  }
  return parts.join('; ');
}
