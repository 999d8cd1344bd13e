import type { Draft } from '../../../src/api/types';
import { Pods } from '../../../src/kinds/core/pod';
import type { Pod } from '../../../src/schema/types';
import type { Framework } from '../framework';

/** Runs a pod to its end and gives what it wrote. */
export function runToCompletion({ cluster, api, until }: Framework, draft: Draft<Pod>): string {
  const { namespace = '', name = '' } = draft.metadata;
  api.create(Pods, draft);
  until(`${name} succeeds`, () => {
    const { phase } = api.get(Pods, { namespace, name }).status ?? {};
    if (phase === 'Failed') throw new Error(`${name} failed`);
    return phase === 'Succeeded';
  });
  let output = '';
  const subscription = cluster.server.connect({ resource: 'pods', subresource: 'log', namespace, name, user: cluster.client.user })
    .subscribe((frame) => { if (frame.stream === 'stdout') output += frame.text; });
  cluster.clock.advanceBy(1_000);
  subscription.unsubscribe();
  return output;
}
