import { EMPTY, lastValueFrom, of, toArray } from 'rxjs';
import { LocalClient } from '../../src/api/local-client';
import type { User } from '../../src/api/types';
import { bootstrap } from '../../src/apiserver/bootstrap';
import { createApiServer } from '../../src/apiserver/create';
import { clientOf } from '../../src/kubectl/client';
import { adminConfig, KubeConfig } from '../../src/kubectl/config';
import { kubectl } from '../../src/kubectl/run';
import type { Host } from '../../src/kubectl/verb';
import { VirtualClock } from '../../src/sim/clock';
import { Random } from '../../src/sim/random';
import { Store } from '../../src/store/store';

const admin: User = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };
const startedAt = Date.UTC(2026, 0, 1, 9);

export type Said = { readonly out: string; readonly err: string; readonly code: number };

/** A real API server without controllers, and kubectl in front of it. Time moves only when told, or with `moving` while a command waits. */
export class World {
  readonly clock = new VirtualClock(startedAt);
  readonly server = createApiServer({ store: new Store(), scheduler: this.clock, random: new Random(1) });
  readonly client = new LocalClient(this.server, admin);
  readonly config = new KubeConfig(adminConfig('https://172.18.0.2:6443'));

  constructor(readonly files: Readonly<Record<string, string>> = {}) {
    bootstrap(this.client, '172.18.0.2');
    this.server.call({
      verb: 'create', resource: 'serviceaccounts', namespace: 'default', body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } },
      user: admin,
    });
  }

  host(stdin = '', more: Partial<Host> = {}): Omit<Host, 'signal'> {
    return {
      api: clientOf(this.server, admin), clock: this.clock, config: this.config, stdin: stdin ? of(stdin) : EMPTY, ...more,
      files: { read: (path) => this.files[path], list: (path) => this.#below(`${path}/`) },
    };
  }

  #below(prefix: string): readonly string[] | undefined {
    const names = Object.keys(this.files).filter((name) => name.startsWith(prefix));
    return names.length > 0 ? names.map((name) => name.slice(prefix.length)) : undefined;
  }

  /** Runs a command line (words at spaces, quotes as in a shell) until it ends; the clock takes its steps meanwhile. */
  async run(line: string, stdin = '', more: Partial<Host> = {}): Promise<Said> {
    const words = [...line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replace(
      /'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? '',
    ));
    let ended = false;
    const frames = lastValueFrom(kubectl(words, this.host(stdin, more)).pipe(toArray())).finally(() => { ended = true; });
    for (let turn = 0; !ended && turn < 10_000; turn++) {
      await new Promise((resolve) => { setImmediate(resolve); });
      if (!ended) this.clock.step();
    }
    const all = await frames;
    const of_ = (stream: 'stdout' | 'stderr') => all.map((frame) => (frame.stream === stream ? frame.text : '')).join('');
    const last = all.at(-1);
    return { out: of_('stdout'), err: of_('stderr'), code: last?.stream === 'exit' ? last.code : -1 };
  }
}
