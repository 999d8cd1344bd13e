import type { ConnectRequest, KubeObject } from '../api/types';
import { Pods } from '../kinds/core/pod';
import type { JsonObject } from '../lib/json';
import type { ServerContext } from './context';

/** The options of a conversation, as admission is shown them: a PodExecOptions and its like. */
const kinds: Readonly<Partial<Record<ConnectRequest['subresource'], string>>> = { exec: 'PodExecOptions', attach: 'PodAttachOptions', portforward: 'PodPortForwardOptions' };

/** Lets admission judge a conversation that is about to begin. Reading a log is none. Throws StatusError when it is refused. */
export function judgeConnection(context: ServerContext, request: ConnectRequest): void {
  const kind = kinds[request.subresource];
  if (kind === undefined) return;
  const { storage, scheduler, kinds: catalog, authorizer, annotate } = context;
  const { namespace, name, subresource, user } = request;
  context.admission.judgeConnection({
    operation: 'connect', kind: Pods, subresource, namespace, name, user, dryRun: false, storage, now: scheduler.now(), warnings: [], cause: undefined,
    object: optionsOf(kind, request), kinds: catalog, authorizer, annotate, options: () => ({}),
  });
}

function optionsOf(kind: string, { container, command, stdin, tty = false }: ConnectRequest): KubeObject {
  const options: JsonObject = { stdin: stdin !== undefined, stdout: true, stderr: !tty, tty, ...(container !== undefined && { container }), ...(command && { command }) };
  return { ...options, kind, apiVersion: 'v1', metadata: {} } as KubeObject; // options are no objects of the store, and have no metadata
}
