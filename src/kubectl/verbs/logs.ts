import { map, merge, type Observable } from 'rxjs';
import { StatusError } from '../../api/status';
import type { ConnectFrame } from '../../api/types';
import type { Pod } from '../../schema/types';
import { selectorFlag } from '../common-flags';
import { CommandError, UsageError } from '../errors';
import { bool, duration, integer, text } from '../flags';
import { each } from '../streams';
import { defineVerb, raw, stderr, type Context } from '../verb';
import { choices, containerNames, containerOf, podsBy, podsOf } from './pods-of';

export const logs = defineVerb({
  name: 'logs',
  category: 'Troubleshooting and Debugging Commands',
  usage: 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]',
  summary: 'Print the logs for a container in a pod',
  examples: [
    '# Print what a pod wrote', 'kubectl logs web-1', '', '# Follow all pods that bear a label', 'kubectl logs -f -l app=web --prefix', '',
    '# What the container before the last restart wrote', 'kubectl logs -p web-1',
  ],
  completes: 'pods',
  flags: {
    ...selectorFlag,
    follow: bool('Specify if the logs should be streamed.', { short: 'f' }),
    previous: bool('If true, print the logs for the previous instance of the container in a pod if it exists.', { short: 'p' }),
    container: text('Print the logs of this container', { short: 'c' }),
    'all-containers': bool("Get all containers' logs in the pod(s)."),
    'all-pods': bool('Get logs from all pods of the workload.'),
    prefix: bool('Prefix each log line with the log source (pod name and container name).'),
    timestamps: bool('Include timestamps on each line in the log output.'),
    tail: integer('Lines of recent log file to display; -1 shows all, with a selector the default is 10.', { initial: -1 }),
    since: duration('Only return logs newer than a relative duration like 5s, 2m, or 3h.'),
    'limit-bytes': integer('Maximum bytes of logs to return.'),
    'max-log-requests': integer('Maximum number of concurrent logs to follow when using a selector.', { initial: 5 }),
    'ignore-errors': bool('If watching / following pod logs, allow for any errors that occur to be non-fatal.', { hidden: true }),
  },

  async *run(context, args, flags) {
    const [word, container = flags.container, ...more] = args;
    if (more.length > 0 || (word === undefined && !flags.selector))
      throw new UsageError("expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command");
    if (word !== undefined && flags.selector) throw new UsageError('only a selector (-l) or a POD name is allowed');
    const pods = flags.selector ? await podsBy(context, flags.selector) : await podsToRead(context, word ?? '');
    const [chosen] = pods;
    if (!chosen) { yield stderr(`No resources found in ${context.namespace} namespace.`); return; }
    if (!flags.selector && pods.length > 1 && !flags['all-pods']) yield stderr(`Found ${pods.length} pods, using pod/${chosen.metadata.name}`);
    const wanted = flags.selector || flags['all-pods'] ? pods : [chosen];
    const sources = wanted.flatMap((pod) => containersToRead(pod, container, flags['all-containers']).map((name) => ({ pod, name })));
    const unnamed = containerOf(chosen, container);
    if (unnamed.defaulted && !flags['all-containers']) yield stderr(`Defaulted container ${JSON.stringify(unnamed.name)} out of: ${choices(chosen)}`);
    if (flags.follow && sources.length > flags['max-log-requests'])
      throw new CommandError(`you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${flags['max-log-requests']}, `
        + 'use --max-log-requests to increase the limit');
    const tailLines = flags.tail >= 0 ? flags.tail : flags.selector && !context.changed.has('tail') ? 10 : -1;
    const streams =
      sources.map(({ pod, name }) => read(context, pod, name, flags, tailLines).pipe(map((frame) => (flags.prefix ? prefixed(frame, `[pod/${pod.metadata.name}/${name}] `) : frame))));
    if (flags.follow) { for await (const frame of each(merge(...streams), context.signal)) if (frame.stream !== 'exit') yield raw(frame.text); return; }
    for (const stream of streams) for await (const frame of each(stream, context.signal)) if (frame.stream !== 'exit') yield raw(frame.text);
  },
});

/** A pod that is not there is reported in other words than by other verbs. */
async function podsToRead(context: Context, word: string): Promise<readonly Pod[]> {
  try { return await podsOf(context, word); } catch (error) {
    if (word.includes('/') || !StatusError.is(error, 'NotFound')) throw error;
    throw new CommandError(`error from server (NotFound): ${error.message} in namespace ${JSON.stringify(context.namespace)}`);
  }
}

type Asked = { readonly follow: boolean; readonly previous: boolean; readonly timestamps: boolean; readonly since: number; readonly 'limit-bytes': number };

const read = ({ connection }: Context, { metadata }: Pod, container: string, flags: Asked, tailLines: number): Observable<ConnectFrame> =>
  connection.connect({
    resource: 'pods', subresource: 'log', namespace: metadata.namespace, name: metadata.name, container, follow: flags.follow, previous: flags.previous,
    timestamps: flags.timestamps,
    ...(tailLines >= 0 && { tailLines }), ...(flags.since > 0 && { sinceSeconds: Math.ceil(flags.since / 1000) }),
    ...(flags['limit-bytes'] > 0 && { limitBytes: flags['limit-bytes'] }),
  });

function containersToRead(pod: Pod, container: string, all: boolean): readonly string[] {
  const { init, main } = containerNames(pod);
  return all ? [...init, ...main] : [containerOf(pod, container).name];
}

const prefixed = (frame: ConnectFrame, prefix: string): ConnectFrame =>
  (frame.stream === 'exit' ? frame : { ...frame, text: frame.text.replace(/^(?=.|\n)/gm, prefix) });
