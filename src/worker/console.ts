import { EMPTY, type Subscription } from 'rxjs';
import { clusterAdmin, type Cluster } from '../cluster';
import { clientOf } from '../kubectl/client';
import { adminConfig, KubeConfig } from '../kubectl/config';
import { kubectl } from '../kubectl/run';
import type { FromHost, ToHost } from './protocol';

/** The console's session: it lives beside the cluster, the page only shows text. */
export class ConsoleHost {
  #files = new Map<string, string>();
  #running: Subscription | undefined;
  readonly #config = new KubeConfig(adminConfig('https://127.0.0.1:6443'));
  constructor(private readonly cluster: Cluster, private readonly post: (message: FromHost) => void) {}
  receive(message: ToHost): void {
    if (message.type === 'interrupt') this.#running?.unsubscribe();
    if (message.type === 'complete') this.post({ type: 'completions', id: message.id, completions: { from: message.cursor, matches: [] } });
    if (message.type !== 'run') return;
    const { id, line, files } = message;
    for (const [name, text] of Object.entries(files ?? {})) this.#files.set(name, text);
    const { server, clock } = this.cluster;
    const host = { api: clientOf(server, clusterAdmin), clock, config: this.#config, files: { read: (p: string) => this.#files.get(p), list: () => undefined }, stdin: EMPTY };
    this.#running = kubectl(line.trim().split(/\s+/).slice(1), host).subscribe((frame) => {
      if (frame.stream === 'exit') this.post({ type: 'done', id, code: frame.code, prompt: '$ ' });
      else this.post({ type: 'output', id, stream: frame.stream, text: frame.text });
    });
  }
}
