import type { ConnectRequest, KubeObject } from '../api/types';
import { Pods } from '../kinds/core/pod';
import type { JsonObject } from '../lib/json';
import type { ServerContext } from './context';
import { postedAttributes } from './subresources/posted';

/** The options of a conversation, as admission is shown them: a PodExecOptions and its like. */
const kinds: Readonly<Partial<Record<ConnectRequest['subresource'], string>>> = { exec: 'PodExecOptions', attach: 'PodAttachOptions', portforward: 'PodPortForwardOptions' };

/** Lets admission judge a conversation that is about to begin. Reading a log is none. Throws StatusError when it is refused. */
export function judgeConnection(context: ServerContext, request: ConnectRequest): void {
  const kind = kinds[request.subresource];
  if (kind === undefined) return;
  const { namespace, name, subresource, user } = request;
  const posted = { group: '', version: 'v1', kind };
  context.admission.judgePosted(Pods.resource, subresource, () => postedAttributes(context, {
    operation: 'connect', kind: Pods, subresource, posted, namespace, name, user,
  }, () => optionsOf(kind, request)));
}

function optionsOf(kind: string, { container, command, stdin, tty = false }: ConnectRequest): KubeObject {
  const options: JsonObject = { stdin: stdin !== undefined, stdout: true, stderr: !tty, tty, ...(container !== undefined && { container }), ...(command && { command }) };
  return { ...options, kind, apiVersion: 'v1', metadata: {} } as KubeObject; // options are no objects of the store, and have no metadata
}
