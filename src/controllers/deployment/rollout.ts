import { StatusError } from '../../api/status';
import type { Draft } from '../../api/types';
import { Deployments } from '../../kinds/apps/deployment';
import { ReplicaSets } from '../../kinds/apps/replicaset';
import { annotations } from '../../kinds/core/well-known';
import { unlessGone } from '../../runtime/claim';
import type { Context } from '../../runtime/controller';
import { controlledBy } from '../../runtime/owner-references';
import type { Deployment, DeploymentStatus, ReplicaSet } from '../../schema/types';
import { newReplicaSetSize, sizeOf, totalSize } from './arithmetic';
import { progressingOf, reasons, withCondition } from './conditions';
import { familyOf, hashedSelector, hashedTemplate, sameTemplate, templateHash, type Family } from './replica-sets';
import { includes, maxRevision, newestAnnotations, replicaAnnotations, revisionOf } from './revisions';
import { deadlineSecondsOf } from './status';

/** One run over one Deployment: what it and its ReplicaSets are now, with all that this run has written. */
export class Rollout {
  #deployment: Deployment;
  #family: Family;

  constructor(deployment: Deployment, replicaSets: readonly ReplicaSet[], readonly context: Context) {
    this.#deployment = deployment;
    this.#family = familyOf(deployment, replicaSets);
  }

  get deployment(): Deployment { return this.#deployment; }
  get family(): Family { return this.#family; }

  /** Gives a ReplicaSet another size and tells it in an event; false when it has that size. */
  scale(replicaSet: ReplicaSet, size: number): boolean {
    if (sizeOf(replicaSet) === size) return false;
    this.resize(replicaSet, size);
    return true;
  }

  /** As {@link scale}, and brings the annotations about the Deployment's size up to date even when the size stays. */
  resize(replicaSet: ReplicaSet, size: number): void {
    const before = sizeOf(replicaSet);
    const noted = replicaAnnotations(this.#deployment);
    if (before === size && includes(replicaSet.metadata.annotations, noted)) return;
    const metadata = { ...replicaSet.metadata, annotations: { ...replicaSet.metadata.annotations, ...noted } };
    this.#replace(replicaSet, this.context.api.update(ReplicaSets, { ...replicaSet, metadata, spec: { ...replicaSet.spec, replicas: size } }));
    if (before !== size) this.#tellScaled(replicaSet, before, size);
  }

  /** Brings the newest ReplicaSet's annotations and the Deployment's revision up to date. */
  syncRevision(): void {
    const { newest, old } = this.#family;
    if (!newest) return;
    const { minReadySeconds } = this.#deployment.spec;
    const current = newest.metadata.annotations ?? {};
    const next = newestAnnotations(this.#deployment, current, maxRevision(old) + 1n);
    let synced = newest;
    if (next !== current || (newest.spec.minReadySeconds ?? 0) !== (minReadySeconds ?? 0)) {
      const { minReadySeconds: _before, ...spec } = newest.spec;
      synced = this.context.api.update(ReplicaSets, {
        ...newest, metadata: { ...newest.metadata, annotations: next }, spec: { ...spec, ...(minReadySeconds !== undefined && { minReadySeconds }) },
      });
      this.#replace(newest, synced);
    }
    const found = deadlineSecondsOf(this.#deployment) !== undefined && !progressingOf(this.#deployment.status);
    this.#noteRevision(revisionOf(synced), found ? { reason: reasons.found, message: `Found new replica set "${synced.metadata.name}"` } : undefined);
  }

  /**
   * Makes the ReplicaSet of the present template, as large as the rollout allows at once.
   * @throws StatusError when it cannot be made; what is wrong is in the Deployment's conditions then.
   */
  createNewest(): void {
    const revision = maxRevision(this.#family.old) + 1n;
    const draft = this.#draft(revision);
    let created: ReplicaSet;
    try {
      created = this.context.api.create(ReplicaSets, draft);
      this.#family = familyOf(this.#deployment, [...this.#family.all, created]);
      if (sizeOf(created) > 0) this.#tellScaled(created, 0, sizeOf(created));
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.#createFailed(draft.metadata.name ?? '', error);
      return;
    }
    const told = { reason: reasons.created, message: `Created new replica set "${created.metadata.name}"` };
    this.#noteRevision(revision, deadlineSecondsOf(this.#deployment) === undefined ? undefined : told);
  }

  /** Deletes a ReplicaSet that is not needed any more. */
  remove(replicaSet: ReplicaSet): void {
    unlessGone(() => this.context.api.delete(ReplicaSets, replicaSet.metadata));
    this.#family = familyOf(this.#deployment, this.#family.all.filter((each) => each !== replicaSet));
  }

  /** Writes the Deployment's status (and its annotations, as the status subresource lets a controller do). */
  writeStatus(status: DeploymentStatus, metadata = this.#deployment.metadata): void {
    this.#deployment = this.context.api.update(Deployments, { ...this.#deployment, metadata, status }, 'status');
  }

  #draft(revision: bigint): Draft<ReplicaSet> {
    const { metadata, spec } = this.#deployment;
    const hash = templateHash(this.#deployment);
    const template = hashedTemplate(spec.template, hash);
    const { labels } = template.metadata ?? {};
    return {
      metadata: {
        name: `${metadata.name}-${hash}`,
        namespace: metadata.namespace,
        ownerReferences: controlledBy(this.#deployment),
        ...(labels && { labels }),
        annotations: { ...newestAnnotations(this.#deployment, {}, revision), ...replicaAnnotations(this.#deployment) },
      },
      spec: {
        replicas: newReplicaSetSize(this.#deployment, 0, totalSize(this.#family.all)),
        ...(spec.minReadySeconds !== undefined && { minReadySeconds: spec.minReadySeconds }),
        selector: hashedSelector(spec.selector, hash),
        template,
      },
    };
  }

  #createFailed(name: string, error: StatusError): void {
    const { deployment, context: { api, event, now } } = this;
    if (error.reason === 'AlreadyExists') {
      const taken = unlessGone(() => api.get(ReplicaSets, { namespace: deployment.metadata.namespace, name }));
      const isOurs = taken?.metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === deployment.metadata.uid);
      // Made by an earlier run that the cache does not show yet: it will be found. Anything else by that name is a collision of hashes.
      if (!isOurs || !sameTemplate(deployment.spec.template, taken?.spec.template))
        this.writeStatus({ ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 });
      throw error;
    }
    if (!error.causes.some(({ reason }) => reason === 'NamespaceTerminating')) {
      const message = `Failed to create new replica set "${name}": ${error.message}`;
      event({ object: deployment, type: 'Warning', reason: reasons.createError, message });
      if (deadlineSecondsOf(deployment) !== undefined)
        this.writeStatus(withCondition(deployment.status ?? {}, { type: 'Progressing', status: 'False', reason: reasons.createError, message }, now()));
    }
    throw error;
  }

  #noteRevision(revision: bigint, progress: { readonly reason: string; readonly message: string } | undefined): void {
    const { metadata, status = {} } = this.#deployment;
    const known = metadata.annotations?.[annotations.revision] === String(revision);
    if (known && !progress) return;
    const next = progress ? withCondition(status, { type: 'Progressing', status: 'True', ...progress }, this.context.now()) : status;
    this.writeStatus(next, { ...metadata, annotations: { ...metadata.annotations, [annotations.revision]: String(revision) } });
  }

  #tellScaled({ metadata: { name } }: ReplicaSet, from: number, to: number): void {
    const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${name} from ${from} to ${to}`;
    this.context.event({ object: this.#deployment, type: 'Normal', reason: 'ScalingReplicaSet', message });
  }

  #replace(before: ReplicaSet, after: ReplicaSet): void {
    this.#family = familyOf(this.#deployment, this.#family.all.map((each) => (each === before ? after : each)));
  }
}
