import { defer, merge, Observable, Subject, Subscription } from 'rxjs';
import { keyOf, revisionOf } from '../../api/keys';
import type { KubeObject } from '../../api/types';
import { ResourceQuotas } from '../../kinds/served';
import type { Kind } from '../../kinds/define';
import { sameAmounts } from '../../kinds/quota/amounts';
import { evaluatorOf } from '../../kinds/quota/evaluators';
import type { Evaluator } from '../../kinds/quota/types';
import { equal } from '../../lib/equality';
import type { AnyController } from '../../runtime/controller';
import { byNamespace, type Changed } from '../../runtime/informer';
import type { Informers } from '../../runtime/informers';
import { workqueue, type Outcome } from '../../runtime/workqueue';
import type { ResourceQuota } from '../../schema/types';
import { comingAndGoing, servedKindsChange } from '../served-kinds';
import { statusOf } from './status';

const name = 'resourcequota-controller';
/** As upstream: every quota is counted anew this often, whatever was seen. */
const resyncMs = 300_000;
/** Many objects that go at once are counted once. */
const settleMs = 10;

/**
 * Counts what is used in a namespace for the status of its quotas. Admission adds what is created; this counts anew when a quota
 * changes and when something it counts goes. Kinds are watched once a quota names them.
 */
export const resourceQuotaController = (kinds: () => Iterable<Kind>): AnyController => ({
  name,
  run: (informers) => defer(() => runQuotas(kinds, informers)),
});

function runQuotas(kinds: () => Iterable<Kind>, informers: Informers): Observable<Outcome> {
  const quotas = informers.of(ResourceQuotas);
  const countedFrom = new Map<string, number>();   // key → the revision of the quota that was last counted for
  const wokenBy = new Map<string, number>();
  const monitors = new Monitors(informers, wakeCounting);
  const woken = new Subject<string>();
  const wake = (key: string, revision: number): void => { wokenBy.set(key, revision); woken.next(key); };

  /** A kind's object came, changed or went: what it no longer uses is to be counted anew. */
  function wakeCounting({ previous, next, revision }: Changed<KubeObject>, evaluator: Evaluator): void {
    const namespace = (next ?? previous)?.metadata.namespace;
    if (namespace === undefined) return;
    const goes = previous && (!next || next.metadata.uid !== previous.metadata.uid || evaluator.frees?.(previous, next, informers.scheduler.now()));
    for (const quota of quotas.by(byNamespace, namespace)) {
      const key = keyOf(quota);
      // What comes was counted by admission; but a count that ran before the object was seen missed it.
      const missed = !previous && next && revisionOf(next) <= (countedFrom.get(key) ?? 0);
      if ((goes || missed) && evaluator.matching(Object.keys(quota.spec?.hard ?? {})).length > 0) wake(key, revision);
    }
  }

  const changes = new Observable<string>((subscriber) => quotas.changes.subscribe(({ key, previous, next, revision }) => {
    if (!next) { countedFrom.delete(key); return; }
    if (previous && previous.metadata.uid === next.metadata.uid && previous.spec === next.spec && equal(next.status?.hard, next.spec?.hard ?? {})) return;
    wokenBy.set(key, revision);
    subscriber.next(key);
  }));
  const served = new Observable<string>(() => servedKindsChange(informers).subscribe(() => {
    for (const resource of monitors.keep(kinds())) informers.close(resource);
    for (const quota of quotas.list()) if (Object.keys(quota.spec?.hard ?? {}).some((each) => each.startsWith('count/'))) wake(keyOf(quota), revisionOf(quota));
  }));
  const watching = new Observable<string>(() => () => monitors.stop());

  const reconcile = (key: string): { readonly requeueAfterMs: number } | undefined => {
    const quota = quotas.get(key);
    if (!quota) return undefined;
    const api = informers.client.because({ component: name, key, revision: wokenBy.get(key) ?? 0 });
    wokenBy.delete(key);
    const counted = monitors.countedBy(quota, kinds());
    countedFrom.set(key, revisionOf(quota));
    const status = statusOf(quota, counted.map((kind) => ({ kind, objects: informers.of<KubeObject>(kind).by(byNamespace, quota.metadata.namespace ?? '') })), informers.scheduler.now());
    const known = quota.status;
    if (!known?.hard || !known.used || !equal(status.hard, known.hard) || !sameAmounts(status.used ?? {}, known.used)) api.update(ResourceQuotas, { ...quota, status }, 'status');
    return { requeueAfterMs: resyncMs };
  };
  return merge(woken, changes, served, watching).pipe(workqueue(reconcile, { scheduler: informers.scheduler, settleMs }));
}

/** The kinds that quotas name, each watched from the first time it is named. */
class Monitors {
  readonly #watched = new Map<string, Kind>();
  readonly #running = new Map<string, Subscription>();
  constructor(private readonly informers: Informers, private readonly seen: (change: Changed<KubeObject>, evaluator: Evaluator) => void) {}

  /** The kinds whose objects a quota counts; they are watched from now on. */
  countedBy({ spec }: ResourceQuota, kinds: Iterable<Kind>): readonly Kind[] {
    const names = Object.keys(spec?.hard ?? {});
    const counted: Kind[] = [];
    for (const kind of kinds) {
      const evaluator = evaluatorOf(kind);
      if (!evaluator || evaluator.matching(names).length === 0 || !kind.facts.verbs.includes('watch')) continue;
      counted.push(kind);
      if (this.#watched.has(kind.resource)) continue;
      this.#watched.set(kind.resource, kind);
      this.#running.set(kind.resource, this.informers.of<KubeObject>(kind).changes.subscribe((change) => this.seen(change, evaluator)));
    }
    return counted;
  }

  /** Lets go of kinds that are served no more, and says which. */
  keep(kinds: Iterable<Kind>): readonly string[] {
    const all = [...kinds];
    const { gone } = comingAndGoing(this.#watched, all.filter(({ resource }) => this.#watched.has(resource)));
    for (const resource of gone) {
      this.#running.get(resource)?.unsubscribe();
      this.#running.delete(resource);
      this.#watched.delete(resource);
    }
    const served = new Set(all.map(({ resource }) => resource));
    return gone.filter((resource) => !served.has(resource));
  }

  stop(): void { for (const running of this.#running.values()) running.unsubscribe(); }
}
