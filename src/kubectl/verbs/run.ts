import type { Pod } from '../../schema/types';
import { dryRunFlag, dryRunOf, fieldManagerFlag, outputFlags } from '../common-flags';
import { CommandError, UsageError } from '../errors';
import { bool, duration, integer, text, texts } from '../flags';
import { resultPrinter } from '../printers/result';
import { mappingFor } from '../resources';
import { place } from '../targets';
import type { JsonRecord } from '../values';
import { defineVerb, type Context, type Run } from '../verb';
import { withLastApplied } from './apply-patch';
import { followToEnd } from './run-attached';
import { pairOf } from '../generators/generator';

export const run = defineVerb({
  name: 'run',
  category: 'Basic Commands (Beginner)',
  usage: 'run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  summary: 'Run a particular image on the cluster',
  examples: [
    '# Run one pod', 'kubectl run web --image=nginx', '', '# Ask a service from inside the cluster, and clean up',
    'kubectl run test --rm -it --restart=Never --image=busybox -- wget -qO- http://web',
  ],
  completes: 'none',
  flags: {
    ...outputFlags, ...dryRunFlag, ...fieldManagerFlag('kubectl-run'),
    image: text('The image for the container to run.', { required: true }),
    port: text('The port that this container exposes.'),
    env: texts('Environment variables to set in the container.', {}),
    labels: text('Comma separated labels to apply to the pod.', { short: 'l' }),
    annotations: texts('Annotations to apply to the pod.', {}),
    command: bool("If true and extra arguments are present, use them as the 'command' field in the container, rather than the 'args' field which is the default."),
    restart: text('The restart policy for this Pod. Legal values [Always, OnFailure, Never].', { initial: 'Always', values: ['Always', 'OnFailure', 'Never'] }),
    stdin: bool('Keep stdin open on the container in the pod, even if nothing is attached.', { short: 'i' }),
    tty: bool('Allocate a TTY for the container in the pod.', { short: 't' }),
    attach: bool('If true, wait for the Pod to start running, and then attach to it.'),
    rm: bool('If true, delete the pod after it exits.'),
    quiet: bool('If true, suppress prompt messages.', { short: 'q' }),
    expose: bool('If true, create a ClusterIP service associated with the pod. Requires `--port`.'),
    'image-pull-policy': text('The image pull policy for the container.'),
    privileged: bool('If true, run the container in privileged mode.'),
    'save-config': bool('If true, the configuration is saved in an annotation.'),
    'pod-running-timeout': duration('How long to wait until the pod runs.', { initial: 60_000 }),
    'grace-period': integer('Seconds given to the pod to terminate gracefully.', { initial: -1, hidden: true }),
    overrides: text('Inline JSON that overrides the generated object. Not supported here.', { hidden: true }),
  },

  async *run(context, args, flags) {
    const [name] = args;
    const words = args.slice(1);
    if (name === undefined || context.dash === 0) throw new UsageError('NAME is required for run');
    if (flags.overrides) throw new CommandError('--overrides is not supported here: write a manifest and apply it');
    if (!['Always', 'OnFailure', 'Never'].includes(flags.restart)) throw new CommandError(`invalid restart policy: ${flags.restart}`);
    const attached = context.changed.has('attach') ? flags.attach : flags.stdin || flags.tty;
    const dryRun = dryRunOf(flags['dry-run']);
    if (flags.rm && !attached) throw new CommandError('--rm should only be used for attached containers');
    if (flags.tty && !flags.stdin) throw new CommandError('--stdin is required for containers with -t/--tty=true');
    if (flags.expose && !flags.port) throw new CommandError('--port must be set when exposing a service');
    if (attached && dryRun !== 'none')
      throw new CommandError('--dry-run=[server|client] can\'t be used with attached containers options (--attach, --stdin, or --tty)');
    const print = resultPrinter(flags, context.files, dryRun);
    const object = podOf(name, words, flags);
    const mapping = mappingFor('pods');
    const target = place(mapping, context.namespace, name);
    const draft = flags['save-config'] ? withLastApplied(object) : object;
    const options = { fieldManager: flags['field-manager'], ...(dryRun === 'server' && { dryRun: true }) };
    const created = dryRun === 'client' ? draft : await context.connection.create(mapping, context.namespace, draft, options);
    if (flags.expose) yield* exposed(context, name, object, Number(flags.port), options, dryRun === 'client', print);
    if (!attached) { yield print(target, 'created', created); return; }
    return yield* followToEnd(context, created as Pod, flags);
  },
});

type Flags = {
  readonly image: string; readonly port: string; readonly env: readonly string[]; readonly labels: string; readonly annotations: readonly string[]; readonly command: boolean; readonly restart: string;
  readonly stdin: boolean; readonly tty: boolean; readonly 'image-pull-policy': string; readonly privileged: boolean;
};

function podOf(name: string, words: readonly string[], flags: Flags): JsonRecord {
  const labels = flags.labels ? Object.fromEntries(flags.labels.split(',').map((pair) => pairOf(pair, 'label'))) : { run: name };
  const annotations = Object.fromEntries(flags.annotations.map((pair) => pairOf(pair, 'annotation')));
  const env = flags.env.map((pair) => { const [key, value] = pairOf(pair, 'env'); return { name: key, value }; });
  const port = Number(flags.port);
  if (flags.port && !Number.isInteger(port)) throw new CommandError(`strconv.ParseInt: parsing ${JSON.stringify(flags.port)}: invalid syntax`);
  const container = {
    ...(words.length > 0 && { [flags.command ? 'command' : 'args']: words }), ...(env.length > 0 && { env }), image: flags.image,
    ...(flags['image-pull-policy'] && { imagePullPolicy: flags['image-pull-policy'] }), name,
    ...(flags.port && { ports: [{ containerPort: port }] }), resources: {}, ...(flags.privileged && { securityContext: { privileged: true } }),
    ...(flags.stdin && { stdin: true, ...(flags.restart !== 'Always' && { stdinOnce: true }) }), ...(flags.tty && { tty: true }),
  };
  return {
    apiVersion: 'v1', kind: 'Pod', metadata: { labels, name, ...(flags.annotations.length > 0 && { annotations }) },
    spec: { containers: [container], dnsPolicy: 'ClusterFirst', restartPolicy: flags.restart }, status: {},
  };
}

async function* exposed(
  context: Context, name: string, pod: JsonRecord, port: number, options: object, dryRun: boolean, print: ReturnType<typeof resultPrinter>,
): Run {
  const mapping = mappingFor('services');
  const labels = (pod['metadata'] as JsonRecord)['labels'];
  const service = {
    apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ port, protocol: 'TCP', targetPort: port }], selector: labels },
    status: { loadBalancer: {} },
  };
  const created = dryRun ? service : await context.connection.create(mapping, context.namespace, service, options);
  yield print(place(mapping, context.namespace, name), 'created', created);
}
