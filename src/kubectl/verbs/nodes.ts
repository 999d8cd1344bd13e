import { controllerOf } from '../../api/keys';
import { StatusError } from '../../api/status';
import type { Node, Pod, Taint } from '../../schema/types';
import { allFlag, dryRunFlag, dryRunOf, dryRunSuffix, fieldManagerFlag, outputFlags, selectorFlag, timeoutFlag, type DryRun } from '../common-flags';
import { CommandError, throwAll, UsageError } from '../errors';
import { bool, integer, text } from '../flags';
import { resultPrinter } from '../printers/result';
import { mappingFor } from '../resources';
import { Deadline } from '../streams';
import { find, place, type Found } from '../targets';
import { defineVerb, stderr, type Context, type Run, type Verb } from '../verb';
import { waitForDeletion } from './wait-deletion';

const nodesNamed = async (
  context: Context, names: readonly string[], selector: string, all = false,
): Promise<{ readonly found: readonly Found[]; readonly errors: readonly unknown[] }> =>
  await find(context, [names.some((name) => name.includes('/')) ? '' : 'nodes', ...names].filter(Boolean), { selector, all });

/** Makes nodes take new pods, or not. */
const cordonVerb = (name: 'cordon' | 'uncordon', summary: string): Verb =>
  defineVerb({
    name, category: 'Cluster Management Commands', usage: `${name} NODE`, summary, completes: 'nodes',
    flags: { ...dryRunFlag, ...selectorFlag },
    async *run(context, args, flags) {
      if (args.length === 0 && !flags.selector) throw new UsageError(`USAGE: ${name} NODE [flags]`);
      const { found, errors } = await nodesNamed(context, args, flags.selector);
      for (const each of found) yield await cordoned(context, each, name === 'cordon', dryRunOf(flags['dry-run']));
      throwAll(errors);
    },
  });

async function cordoned({ connection }: Context, each: Found, wanted: boolean, dryRun: DryRun): Promise<string> {
  const node = each.object as Node;
  const word = wanted ? 'cordoned' : 'uncordoned';
  if ((node.spec.unschedulable ?? false) === wanted) return `node/${each.name} already ${word}${dryRunSuffix(dryRun)}`;
  if (dryRun !== 'client') await connection.patch(each, 'strategic', { spec: { unschedulable: wanted || null } }, dryRun === 'server' ? { dryRun: true } : {});
  return `node/${each.name} ${word}${dryRunSuffix(dryRun)}`;
}

export const cordon = cordonVerb('cordon', 'Mark node as unschedulable');
export const uncordon = cordonVerb('uncordon', 'Mark node as schedulable');

export const drain = defineVerb({
  name: 'drain', category: 'Cluster Management Commands', usage: 'drain NODE', summary: 'Drain node in preparation for maintenance', completes: 'nodes',
  examples: ['# Move all pods off a node', 'kubectl drain node-1 --ignore-daemonsets'],
  flags: {
    ...dryRunFlag, ...selectorFlag, ...timeoutFlag('The length of time to wait before giving up, zero means infinite'),
    force: bool('Continue even if there are pods that do not declare a controller.'),
    'ignore-daemonsets': bool('Ignore DaemonSet-managed pods.'),
    'delete-emptydir-data': bool('Continue even if there are pods using emptyDir (local data that will be deleted when the node is drained).'),
    'disable-eviction': bool('Force drain to use delete, even if eviction is supported. This will bypass checking PodDisruptionBudgets, use with caution.'),
    'grace-period': integer(
      'Period of time in seconds given to each pod to terminate gracefully. If negative, the default value specified in the pod will be used.',
      { initial: -1 },
    ),
    'pod-selector': text('Label selector to filter pods on the node'),
  },

  async *run(context, args, flags) {
    if (args.length === 0 && !flags.selector) throw new UsageError('USAGE: drain NODE [flags]');
    const dryRun = dryRunOf(flags['dry-run']);
    const { found, errors } = await nodesNamed(context, args, flags.selector);
    throwAll(errors);
    for (const each of found) yield await cordoned(context, each, true, dryRun);
    for (const each of found) yield* drainOne(context, each.name, flags, dryRun);
  },
});

type DrainFlags = {
  readonly force: boolean; readonly 'ignore-daemonsets': boolean; readonly 'delete-emptydir-data': boolean; readonly 'disable-eviction': boolean;
  readonly 'grace-period': number; readonly 'pod-selector': string; readonly timeout: number;
};

async function* drainOne(context: Context, node: string, flags: DrainFlags, dryRun: DryRun): Run {
  const mapping = mappingFor('pods');
  const { items } = await context.connection.list(
    mapping, undefined, { fieldSelector: `spec.nodeName=${node}`, ...(flags['pod-selector'] && { labelSelector: flags['pod-selector'] }) },
  );
  const { evicted, warnings, problems } = sortPods(items as readonly Pod[], flags);
  if (problems.length > 0) {
    yield stderr(`error: unable to drain node ${JSON.stringify(node)} due to error: [${problems.join(', ')}], continuing command...`);
    yield stderr('There are pending nodes to be drained:');
    yield stderr(` ${node}`);
    throw new CommandError(problems.join('\n'));
  }
  if (warnings.length > 0) yield stderr(`Warning: ${warnings.join('; ')}`);
  for (const { metadata } of evicted) {
    yield `evicting pod ${metadata.namespace}/${metadata.name}${dryRunSuffix(dryRun)}`;
    if (dryRun === 'none') await evict(context, metadata.namespace, metadata.name, flags);
  }
  if (dryRun === 'none') for (const { metadata } of evicted) {
    await waitForDeletion(context, [{ ...place(mapping, metadata.namespace, metadata.name), uid: metadata.uid }], flags.timeout);
    yield `pod/${metadata.name} evicted`;
  }
  yield `node/${node} drained${dryRunSuffix(dryRun)}`;
}

type Sorted = { readonly evicted: readonly Pod[]; readonly warnings: readonly string[]; readonly problems: readonly string[] };

/** What may go, what is left alone, and what forbids to drain. */
function sortPods(pods: readonly Pod[], flags: DrainFlags): Sorted {
  const named = (list: readonly Pod[]) => list.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(', ');
  const finished = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed';
  const isMirror = ({ metadata }: Pod) => metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
  const ofDaemonSet = (pod: Pod) => controllerOf(pod)?.kind === 'DaemonSet';
  const candidates = pods.filter((pod) => !isMirror(pod));
  const daemons = candidates.filter((pod) => ofDaemonSet(pod) && !finished(pod));
  const others = candidates.filter((pod) => !daemons.includes(pod));
  const bare = others.filter((pod) => !controllerOf(pod) && !finished(pod));
  const local = others.filter((pod) => !finished(pod) && (pod.spec.volumes ?? []).some(({ emptyDir }) => emptyDir));
  const problems = [
    ...(daemons.length > 0 && !flags['ignore-daemonsets'] ? [`cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): ${named(daemons)}`] : []),
    ...(local.length > 0 && !flags['delete-emptydir-data'] ? [`cannot delete Pods with local storage (use --delete-emptydir-data to override): ${named(local)}`] : []),
    ...(bare.length > 0 && !flags.force ? [`cannot delete Pods that declare no controller (use --force to override): ${named(bare)}`] : []),
  ];
  const warnings = [
    ...(daemons.length > 0 ? [`ignoring DaemonSet-managed Pods: ${named(daemons)}`] : []),
    ...(bare.length > 0 ? [`deleting Pods that declare no controller: ${named(bare)}`] : []),
  ];
  return { evicted: others, warnings, problems };
}

const retryMs = 5_000;

/** Asks for the eviction again while a disruption budget forbids it. */
async function evict(context: Context, namespace: string, name: string, flags: DrainFlags): Promise<void> {
  const mapping = mappingFor('pods');
  const deleteOptions = flags['grace-period'] >= 0 ? { gracePeriodSeconds: flags['grace-period'] } : {};
  if (flags['disable-eviction']) return void await context.connection.delete(place(mapping, namespace, name), deleteOptions);
  const deadline = new Deadline(context.clock, flags.timeout, context.signal);
  try {
    for (;;) {
      try {
        const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, ...(flags['grace-period'] >= 0 && { deleteOptions }) };
        return void await context.connection.create(mapping, namespace, body, {}, 'eviction', name);
      } catch (error) {
        if (StatusError.is(error, 'NotFound') && error.message.startsWith('pods ')) return;
        if (!StatusError.is(error, 'TooManyRequests')) throw evictionFailure(error, namespace, name);
        if (deadline.expired)
          throw new CommandError(`error when evicting pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}: global timeout reached: ${flags.timeout / 1000}s`);
        await context.connection.sleep(retryMs);
      }
    }
  } finally { deadline.end(); }
}

const evictionFailure = (error: unknown, namespace: string, name: string): unknown =>
  (error instanceof StatusError ? new CommandError(`error when evicting pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}: ${error.message}`) : error);

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export const taint = defineVerb({
  name: 'taint', category: 'Cluster Management Commands', usage: 'taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  summary: 'Update the taints on one or more nodes', completes: 'nodes',
  examples: [
    '# Keep pods off a node', 'kubectl taint nodes node-1 dedicated=db:NoSchedule', '', '# Let them come again', 'kubectl taint nodes node-1 dedicated-',
  ],
  flags: {
    ...outputFlags, ...dryRunFlag, ...selectorFlag, ...allFlag, ...fieldManagerFlag('kubectl-taint'),
    overwrite: bool('If true, allow taints to be overwritten.'),
  },

  async *run(context, args, flags) {
    const first = args.findIndex((arg, index) => index > 0 && /[:=]|-$/.test(arg) && (arg.includes('=') || arg.includes(':') || arg.endsWith('-')));
    const [resources, words] = first < 0 ? [args, []] : [args.slice(0, first), args.slice(first)];
    if (resources.length === 0) throw new UsageError('one or more resources must be specified as <resource> <name>');
    if (words.length === 0) throw new UsageError('at least one taint update is required');
    const changes = parseTaints(words);
    const dryRun = dryRunOf(flags['dry-run']);
    const print = resultPrinter(flags, context.files, dryRun);
    const { found, errors } = await find(context, resources, { selector: flags.selector, all: flags.all });
    const failures = [...errors];
    for (const each of found) {
      try {
        if (each.mapping.resource !== 'nodes') throw new CommandError(`invalid resource type ${each.mapping.plural}, only node(s) is supported`);
        const { taints, done } = changedTaints(each.object as Node, changes, flags.overwrite);
        const body = { spec: { taints: taints.length > 0 ? taints : null } };
        const result = dryRun === 'client' ? each.object : await context.connection.patch(
          each, 'merge', body, { fieldManager: flags['field-manager'], ...(dryRun === 'server' && { dryRun: true }) },
        );
        yield print(each, done, result);
      } catch (error) { failures.push(error); }
    }
    throwAll(failures);
  },
});

type TaintChanges = { readonly add: readonly Taint[]; readonly remove: readonly { readonly key: string; readonly effect: string }[] };

function parseTaints(words: readonly string[]): TaintChanges {
  const add: Taint[] = [];
  const remove: { key: string; effect: string }[] = [];
  for (const word of words) {
    const [head = '', effect = '', ...more] = word.replace(/-$/, '').split(':');
    if (more.length > 0 || (effect && !effects.includes(effect)))
      throw new CommandError(`invalid taint spec: ${word}, ${more.length > 0 ? 'unexpected form' : `invalid taint effect: ${effect}, unsupported taint effect`}`);
    if (word.endsWith('-') && !word.includes('=')) { remove.push({ key: head, effect }); continue; }
    if (!effect) throw new CommandError(`unknown taint spec: ${word}`);
    const [key = '', value] = head.split('=');
    add.push({ key, ...(value && { value }), effect });
  }
  return { add, remove };
}

function changedTaints(
  { metadata, spec }: Node, { add, remove }: TaintChanges, overwrite: boolean,
): { readonly taints: readonly Taint[]; readonly done: string } {
  const current = spec.taints ?? [];
  const same = (
    a: { readonly key: string; readonly effect: string }, b: { readonly key: string; readonly effect: string },
  ) => a.key === b.key && (a.effect === '' || a.effect === b.effect);
  const taken = add.filter((taint) => current.some((each) => same(taint, each)));
  if (!overwrite && taken.length > 0)
    throw new CommandError(`node ${metadata.name} already has ${taken.map(({ key }) => key).join(', ')} taint(s) with same effect(s) and --overwrite is false`);
  const missing = remove.filter((taint) => !current.some((each) => same(taint, each)));
  if (missing.length > 0)
    throw new CommandError(missing.map(({ key, effect }) => `taint ${JSON.stringify(effect ? `${key}:${effect}` : key)} not found`).join('\n'));
  const kept = current.filter((each) => !remove.some((taint) => same(taint, each)) && !add.some((taint) => same(taint, each)));
  const done = taken.length > 0 || (add.length > 0 && remove.length > 0) ? 'modified' : add.length > 0 ? 'tainted' : 'untainted';
  return { taints: [...add, ...kept], done };
}
