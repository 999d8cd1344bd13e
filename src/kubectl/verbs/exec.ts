import type { ConnectFrame } from '../../api/types';
import { CommandError, PlainError, UsageError } from '../errors';
import { bool, duration, text } from '../flags';
import { each } from '../streams';
import { defineVerb, stderr, type Context, type Run } from '../verb';
import type { Observable } from 'rxjs';
import { choices, containerOf, podsOf } from './pods-of';

const streamFlags = {
  container: text('Container name.', { short: 'c' }),
  stdin: bool('Pass stdin to the container', { short: 'i' }),
  tty: bool('Stdin is a TTY', { short: 't' }),
  quiet: bool('Only print output from the remote session', { short: 'q' }),
  'pod-running-timeout': duration('How long to wait until at least one pod is running', { initial: 60_000, hidden: true }),
};

export const exec = defineVerb({
  name: 'exec',
  category: 'Troubleshooting and Debugging Commands',
  usage: 'exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  summary: 'Execute a command in a container',
  examples: ['# Run a command in a pod', 'kubectl exec web-1 -- ls /', '', '# Talk to a shell in it', 'kubectl exec -it web-1 -- sh'],
  completes: 'pods',
  flags: streamFlags,

  async *run(context, args, flags) {
    const { dash } = context;
    if (dash === undefined && args.length > 1) throw new UsageError('exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead');
    if (args.length === 0 || dash === 0) throw new UsageError('pod, type/name or --filename must be specified');
    if (dash !== undefined && dash > 1) throw new UsageError('only one pod can be named');
    const command = args.slice(dash ?? args.length);
    if (command.length === 0) throw new CommandError('you must specify at least one command for the container');
    const [pod] = await podsOf(context, args[0] ?? '');
    if (!pod) throw new CommandError('no pod found');
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed')
      throw new CommandError(`cannot exec into a container in a completed pod; current phase is ${pod.status.phase}`);
    const { name: container, defaulted } = containerOf(pod, flags.container);
    if (defaulted && !flags.quiet) yield stderr(`Defaulted container ${JSON.stringify(container)} out of: ${choices(pod)}`);
    if (flags.tty && !context.tty) yield stderr('Unable to use a TTY - input is not a terminal or the right kind of file');
    return yield* passedThrough(context, context.connection.connect({
      resource: 'pods', subresource: 'exec', namespace: pod.metadata.namespace, name: pod.metadata.name, container, command,
      ...(flags.stdin && { stdin: context.stdin }), tty: flags.tty && context.tty === true,
    }));
  },
});

export const attach = defineVerb({
  name: 'attach',
  category: 'Troubleshooting and Debugging Commands',
  usage: 'attach (POD | TYPE/NAME) -c CONTAINER',
  summary: 'Attach to a running container',
  completes: 'pods',
  flags: streamFlags,

  async *run(context, args, flags) {
    if (args.length !== 1)
      throw new UsageError(args.length === 0 ? 'at least 1 argument is required for attach' : 'at most 2 arguments are allowed for attach');
    const [pod] = await podsOf(context, args[0] ?? '');
    if (!pod) throw new CommandError('no pod found');
    const { name: container, defaulted } = containerOf(pod, flags.container);
    if (defaulted && !flags.quiet) yield stderr(`Defaulted container ${JSON.stringify(container)} out of: ${choices(pod)}`);
    return yield* attached(context, pod.metadata, container, flags.stdin, flags.tty);
  },
});

/** What the container writes from now on, until it ends. */
export const attached = (
  context: Context, { namespace, name }: { readonly namespace: string; readonly name: string }, container: string, stdin: boolean, tty: boolean,
): Run =>
  passedThrough(
    context,
    context.connection.connect({
      resource: 'pods', subresource: 'attach', namespace, name, container, ...(stdin && { stdin: context.stdin }), tty: tty && context.tty === true,
    }),
  );

/** The container's own output; its exit code becomes the command's. */
async function* passedThrough({ signal }: Context, frames: Observable<ConnectFrame>): Run {
  for await (const frame of each(frames, signal)) {
    if (frame.stream !== 'exit') { yield frame; continue; }
    if (frame.code !== 0) throw new PlainError(`command terminated with exit code ${frame.code}`, frame.code);
    return;
  }
}
