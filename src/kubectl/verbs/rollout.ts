import type { KubeObject } from '../../api/types';
import { timestamp } from '../../lib/timestamp';
import { dryRunFlag, dryRunOf, fieldManagerFlag, fileFlags, outputFlags, refuseKustomize, selectorFlag } from '../common-flags';
import { forEach } from '../each';
import { CommandError } from '../errors';
import { resultPrinter } from '../printers/result';
import { find, type Found } from '../targets';
import { at, type JsonRecord } from '../values';
import { defineVerb, type Context, type Verb } from '../verb';

const rollable = new Set(['deployments.apps', 'daemonsets.apps', 'statefulsets.apps']);

/** What the arguments of a rollout verb name. Throws CommandError when they name nothing. */
export async function rollouts(
  context: Context, args: readonly string[],
  flags: { readonly filename: readonly string[]; readonly recursive: boolean; readonly selector: string; readonly kustomize: string },
) {
  refuseKustomize(flags.kustomize);
  if (args.length === 0 && flags.filename.length === 0) throw new CommandError('required resource not specified');
  return await find(context, args, { filenames: flags.filename, recursive: flags.recursive, selector: flags.selector, all: true });
}

/** A verb that patches the pod template, or the pause, of each thing it is given. */
type Change = {
  readonly verb: 'restart' | 'pause' | 'resume'; readonly summary: string; readonly done: string;
  readonly patch: (each: Found, context: Context) => JsonRecord;
};

const changeVerb = ({ verb, summary, done, patch }: Change): Verb =>
  defineVerb({
    name: `rollout ${verb}`,
    usage: `rollout ${verb} RESOURCE`,
    summary,
    examples: [`# ${summary}`, `kubectl rollout ${verb} deployment/web`],
    completes: 'resources',
    flags: { ...outputFlags, ...selectorFlag, ...fileFlags, ...dryRunFlag, ...fieldManagerFlag('kubectl-rollout') },

    async *run(context, args, flags) {
      const dryRun = dryRunOf(flags['dry-run']);
      const print = resultPrinter(flags, context.files, dryRun);
      const { found, errors } = await rollouts(context, args, flags);
      yield* forEach(found, errors, async function* (each) {
        const body = patch(each, context);
        const object = dryRun === 'client' ? each.object : await context.connection.patch(
          each, 'strategic', body, { fieldManager: flags['field-manager'], ...(dryRun === 'server' && { dryRun: true }) },
        );
        yield print(each, done, object);
      });
    },
  });

const isPaused = (object: KubeObject): boolean => at(object, 'spec', 'paused') === true;
const plural = ({ mapping, name }: Found): string => `${mapping.resource} ${JSON.stringify(name)}`;

function requireKind(each: Found, verb: string, kinds: ReadonlySet<string> = rollable): void {
  if (!kinds.has(each.mapping.resource)) throw new CommandError(`${plural(each)} ${verb} is not supported`);
}
const deployments = new Set(['deployments.apps']);

export const rolloutRestart = changeVerb({
  verb: 'restart', summary: 'Restart a resource', done: 'restarted',
  patch(each, { connection }) {
    requireKind(each, 'restarting');
    if (isPaused(each.object)) throw new CommandError(`${plural(each)} can't restart paused deployment (run rollout resume first)`);
    return { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': timestamp(connection.now()) } } } } };
  },
});

export const rolloutPause = changeVerb({
  verb: 'pause', summary: 'Mark the provided resource as paused', done: 'paused',
  patch(each) {
    requireKind(each, 'pausing', deployments);
    if (isPaused(each.object)) throw new CommandError(`${plural(each)} is already paused`);
    return { spec: { paused: true } };
  },
});

export const rolloutResume = changeVerb({
  verb: 'resume', summary: 'Resume a paused resource', done: 'resumed',
  patch(each) {
    requireKind(each, 'resuming', deployments);
    if (!isPaused(each.object)) throw new CommandError(`${plural(each)} is not paused`);
    return { spec: { paused: null } };
  },
});
