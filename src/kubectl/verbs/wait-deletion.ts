import type { Place } from '../connection';
import { CommandError } from '../errors';
import { Deadline } from '../streams';
import type { Context } from '../verb';

export type Leaving = Place & { readonly uid: string };

/** Waits until the objects of these uids are gone. `timeoutMs` 0 waits as long as it takes. Throws CommandError when time is up. */
export async function waitForDeletion(context: Context, places: readonly Leaving[], timeoutMs: number): Promise<void> {
  const deadline = new Deadline(context.clock, timeoutMs, context.signal);
  let current: Leaving | undefined;
  try {
    for (current of places) await gone(context, current, deadline);
  } catch (error) {
    if (deadline.expired && current) throw new CommandError(`timed out waiting for the condition on ${current.mapping.plural}/${current.name}`);
    throw error;
  } finally { deadline.end(); }
}

async function gone({ connection }: Context, each: Leaving, { signal }: Deadline): Promise<void> {
  const current = await connection.find(each);
  if (!current || (each.uid && current.metadata.uid !== each.uid)) return;
  const changes = connection.watch(
    each.mapping, { namespace: each.namespace, fieldSelector: `metadata.name=${each.name}`, since: current.metadata.resourceVersion }, signal,
  );
  for await (const { type, object } of changes) if (type === 'DELETED' && object.metadata.uid === current.metadata.uid) return;
}
