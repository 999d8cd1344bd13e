import type { ContainerState, Pod } from '../../schema/types';
import { CommandError, PlainError } from '../errors';
import { mappingFor } from '../resources';
import { Deadline, each } from '../streams';
import { raw, stderr, type Context, type Run } from '../verb';
import { waitForDeletion } from './wait-deletion';

type Options = { readonly rm: boolean; readonly restart: string; readonly stdin: boolean; readonly tty: boolean; readonly 'pod-running-timeout': number };

/** Shells that would wait for input. */
const shells = new Set(['sh', 'bash', 'ash', '/bin/sh', '/bin/bash', '/bin/ash']);

/**
 * Shows what the pod writes until its container ends, from its first line on; with --rm the pod goes afterwards.
 * Standard input does not reach the container: the kubelet here does not emulate that.
 */
export async function* followToEnd(context: Context, { metadata, spec }: Pod, options: Options): Run {
  const [container] = spec.containers;
  const pod = { mapping: mappingFor('pods'), namespace: metadata.namespace, name: metadata.name };
  const words = [...(container?.command ?? []), ...(container?.args ?? [])];
  if (options.stdin && (words.length === 0 || (words.length === 1 && shells.has(words[0] ?? ''))))
    yield stderr('Standard input is not passed to the container here: start it with a command such as "sleep 3600" and use kubectl exec -it');
  try {
    await started(context, pod, options['pod-running-timeout']);
    for await (const frame of each(
      context.connection.connect({
        resource: 'pods', subresource: 'log', namespace: metadata.namespace, name: metadata.name, container: container?.name ?? '', follow: true,
      }),
      context.signal,
    ))
      if (frame.stream !== 'exit') yield raw(frame.text);
    if (options.restart === 'Always') return;
    const state = await ended(context, pod);
    if (state?.exitCode) throw new PlainError(`pod ${metadata.namespace}/${metadata.name} terminated (${state.reason ?? 'Error'})`, state.exitCode);
  } finally {
    if (options.rm) {
      await context.connection.delete(pod, { propagationPolicy: 'Background' });
      yield `pod ${JSON.stringify(metadata.name)} deleted from ${metadata.namespace} namespace`;
      await waitForDeletion(context, [{ ...pod, uid: metadata.uid }], 0);
    }
  }
}

type Target = { readonly mapping: ReturnType<typeof mappingFor>; readonly namespace: string; readonly name: string };
const firstState = ({ status }: Pod): ContainerState | undefined => status?.containerStatuses?.[0]?.state;

/** Waits until the container runs or has run. Throws CommandError when time is up. */
async function started(context: Context, pod: Target, timeoutMs: number): Promise<void> {
  await until(context, pod, timeoutMs, (object) => { const state = firstState(object); return Boolean(state?.running ?? state?.terminated); });
}

async function ended(context: Context, pod: Target): Promise<ContainerState['terminated']> {
  let last: ContainerState['terminated'];
  await until(
    context, pod, 0,
    (object) => { last = firstState(object)?.terminated; return last !== undefined || object.status?.phase === 'Succeeded' || object.status?.phase === 'Failed'; },
  );
  return last;
}

async function until(
  { connection, clock, signal }: Context, { mapping, namespace, name }: Target, timeoutMs: number, reached: (pod: Pod) => boolean,
): Promise<void> {
  const deadline = new Deadline(clock, timeoutMs, signal);
  try {
    for await (const { type, object } of connection.watch(mapping, { namespace, fieldSelector: `metadata.name=${name}`, since: '' }, deadline.signal)) {
      if (type === 'DELETED') throw new CommandError(`pods ${JSON.stringify(name)} not found`);
      if (reached(object as Pod)) return;
    }
  } catch (error) { throw deadline.expired ? new CommandError('timed out waiting for the condition') : error; } finally { deadline.end(); }
}
