import type { KubeObject } from '../../api/types';
import { fileFlags, selectorFlag, timeoutFlag } from '../common-flags';
import { CommandError, throwAll } from '../errors';
import { bool, integer } from '../flags';
import { Deadline } from '../streams';
import type { Found } from '../targets';
import { at, isRecord, listAt, numberAt, textAt } from '../values';
import { defineVerb, type Context, type Run } from '../verb';
import { rollouts } from './rollout';

/** How far a rollout is: a sentence, and whether that is all. Throws CommandError when it has failed. */
export type Progress = { readonly text: string; readonly done: boolean };

const progressOf: Readonly<Record<string, (object: KubeObject, revision: number) => Progress>> = {
  'deployments.apps': deploymentProgress, 'daemonsets.apps': daemonSetProgress, 'statefulsets.apps': statefulSetProgress,
};

export const rolloutStatus = defineVerb({
  name: 'rollout status',
  usage: 'rollout status (TYPE NAME | TYPE/NAME) [flags]',
  summary: 'Show the status of the rollout',
  examples: ['# Watch a rollout until it is done', 'kubectl rollout status deployment/web'],
  completes: 'resources',
  flags: {
    ...selectorFlag, ...fileFlags, ...timeoutFlag('The length of time to wait before ending watch, zero means never.'),
    watch: bool("Watch the status of the rollout until it's done.", { short: 'w', initial: true }),
    revision: integer('Only watch this revision; 0 for the last.'),
  },

  async *run(context, args, flags) {
    if (flags.revision < 0) throw new CommandError(`revision must be a positive integer: ${flags.revision}`);
    const { found, errors } = await rollouts(context, args, flags);
    throwAll(errors);
    if (found.length === 0) throw new CommandError('no resources found');
    for (const each of found) yield* follow(context, each, flags.watch, flags.revision, flags.timeout);
  },
});

async function* follow({ connection, clock, signal }: Context, each: Found, watch: boolean, revision: number, timeoutMs: number): Run {
  const progress = progressOf[each.mapping.resource];
  if (!progress) throw new CommandError(`no status viewer has been implemented for ${each.mapping.kind}`);
  const { mapping, namespace, name } = each;
  const first = progress(each.object, revision);
  yield first.text;
  if (first.done || !watch) return;
  const deadline = new Deadline(clock, timeoutMs, signal);
  let last = first.text;
  try {
    for await (const { type, object } of connection.watch(
      mapping, { namespace, fieldSelector: `metadata.name=${name}`, since: each.object.metadata.resourceVersion }, deadline.signal,
    )) {
      if (type === 'DELETED') throw new CommandError('object has been deleted');
      const { text, done } = progress(object, revision);
      if (text !== last || done) yield text;
      last = text;
      if (done) return;
    }
  } catch (error) { throw deadline.expired ? new CommandError('timed out waiting for the condition') : error; } finally { deadline.end(); }
}

const waiting = (text: string): Progress => ({ text, done: false });
const observed = (object: KubeObject): boolean => (object.metadata.generation ?? 0) <= (numberAt(object, 'status', 'observedGeneration') ?? 0);
const status = (object: KubeObject, field: string): number => numberAt(object, 'status', field) ?? 0;

function deploymentProgress(object: KubeObject, revision: number): Progress {
  const { name } = object.metadata;
  if (revision > 0) {
    const current = Number(object.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
    if (current !== revision) throw new CommandError(`desired revision (${revision}) is different from the running revision (${current})`);
  }
  if (!observed(object)) return waiting('Waiting for deployment spec update to be observed...');
  const progressing = listAt(object, 'status', 'conditions').filter(isRecord).find((condition) => condition['type'] === 'Progressing');
  if (textAt(progressing, 'reason') === 'ProgressDeadlineExceeded') throw new CommandError(`deployment ${JSON.stringify(name)} exceeded its progress deadline`);
  const [desired, updated, all, available] = [
    numberAt(object, 'spec', 'replicas') ?? 1, status(object, 'updatedReplicas'), status(object, 'replicas'), status(object, 'availableReplicas'),
  ];
  const wait = `Waiting for deployment ${JSON.stringify(name)} rollout to finish:`;
  if (updated < desired) return waiting(`${wait} ${updated} out of ${desired} new replicas have been updated...`);
  if (all > updated) return waiting(`${wait} ${all - updated} old replicas are pending termination...`);
  if (available < updated) return waiting(`${wait} ${available} of ${updated} updated replicas are available...`);
  return { text: `deployment ${JSON.stringify(name)} successfully rolled out`, done: true };
}

function daemonSetProgress(object: KubeObject): Progress {
  const { name } = object.metadata;
  if (textAt(object, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate')
    throw new CommandError('rollout status is only available for RollingUpdate strategy type');
  if (!observed(object)) return waiting('Waiting for daemon set spec update to be observed...');
  const [desired, updated, available] = [status(object, 'desiredNumberScheduled'), status(object, 'updatedNumberScheduled'), status(object, 'numberAvailable')];
  const wait = `Waiting for daemon set ${JSON.stringify(name)} rollout to finish:`;
  if (updated < desired) return waiting(`${wait} ${updated} out of ${desired} new pods have been updated...`);
  if (available < desired) return waiting(`${wait} ${available} of ${desired} updated pods are available...`);
  return { text: `daemon set ${JSON.stringify(name)} successfully rolled out`, done: true };
}

function statefulSetProgress(object: KubeObject): Progress {
  if (textAt(object, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate')
    throw new CommandError('rollout status is only available for RollingUpdate strategy type');
  if (!observed(object)) return waiting('Waiting for statefulset spec update to be observed...');
  const [desired, ready, updated] = [numberAt(object, 'spec', 'replicas') ?? 1, status(object, 'readyReplicas'), status(object, 'updatedReplicas')];
  if (ready < desired) return waiting(`Waiting for ${desired - ready} pods to be ready...`);
  if (at(object, 'spec', 'updateStrategy', 'rollingUpdate') !== undefined) {   // the API always fills it in: kubectl takes any rollout for a partitioned one
    const wanted = desired - (numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0);
    if (updated < wanted) return waiting(`Waiting for partitioned roll out to finish: ${updated} out of ${wanted} new pods have been updated...`);
    return { text: `partitioned roll out complete: ${updated} new pods have been updated...`, done: true };
  }
  const [updateRevision, currentRevision] = [at(object, 'status', 'updateRevision'), at(object, 'status', 'currentRevision')];
  if (updateRevision !== currentRevision)
    return waiting(`waiting for statefulset rolling update to complete ${updated} pods at revision ${textAt(object, 'status', 'updateRevision')}...`);
  return {
    text: `statefulset rolling update complete ${status(object, 'currentReplicas')} pods at revision ${textAt(object, 'status', 'currentRevision')}...`,
    done: true,
  };
}
