import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { createCluster, type Cluster, clusterAdmin } from '../../src/cluster';
import { Pods } from '../../src/kinds/core/pod';
import { HttpHost } from '../../src/server/host';

export type Reply = { readonly code: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer; readonly text: string };
export type RawConnection = { readonly socket: Socket; received(): string; closed(): boolean };
export type Asked = { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Uint8Array };

/** A cluster behind a host on a free port, and clients of it. Its time passes only while somebody waits. */
export class World {
  readonly defects: unknown[] = [];
  readonly host: HttpHost;
  readonly agent = new Agent({ keepAlive: true });
  port = 0;

  constructor(readonly cluster: Cluster) {
    this.host = new HttpHost({ served: cluster.server, user: clusterAdmin, defect: (error) => this.defects.push(error) });
  }

  static async start(nodes = 1): Promise<World> {
    const world = new World(createCluster({ nodes }).boot());
    world.port = await world.host.listen(0, '127.0.0.1');
    return world;
  }

  get url(): string { return `http://127.0.0.1:${this.port}`; }

  async stop(): Promise<void> {
    this.agent.destroy();
    await this.host.close();
  }

  /** Lets the cluster live until the promise is settled. */
  async live<T>(promise: Promise<T>): Promise<T> {
    let over = false;
    const mark = (): void => { over = true; };
    promise.then(mark, mark);
    while (!over) {
      await new Promise((resolve) => { setImmediate(resolve); });
      this.cluster.clock.advanceBy(10);
    }
    return promise;
  }

  /** Lets the cluster live until it is so. */
  until(isSo: () => boolean): Promise<void> {
    return this.live(new Promise((resolve) => {
      const look = (): void => { if (isSo()) resolve(); else setImmediate(look); };
      look();
    }));
  }

  ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Reply> {
    return this.live(new Promise((resolve, reject) => {
      const asking = request(`${this.url}${path}`, { method, headers, agent: this.agent }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const whole = Buffer.concat(parts);
          resolve({ code: response.statusCode ?? 0, headers: response.headers, body: whole, text: whole.toString() });
        });
      });
      asking.on('error', reject);
      asking.end(body);
    }));
  }

  create(path: string, object: object): Promise<Reply> {
    return this.ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(object) });
  }

  /** A pod that runs. */
  async pod(name: string, container: object): Promise<void> {
    await this.create('/api/v1/namespaces/default/pods', { metadata: { name }, spec: { restartPolicy: 'Never', containers: [{ name: 'c', ...container }] } });
    await this.until(() => this.cluster.client.get(Pods, { namespace: 'default', name }).status?.phase === 'Running');
  }

  /** A raw connection that begins with this text, and all that came over it. */
  async raw(text: string): Promise<RawConnection> {
    let [received, closed] = ['', false];
    const socket = connect(this.port, '127.0.0.1');
    socket.on('data', (part) => { received += part.toString(); });
    socket.on('close', () => { closed = true; });
    socket.on('error', () => {});
    await this.live(new Promise((resolve) => { socket.on('connect', resolve); }));
    socket.write(text);
    return { socket, received: () => received, closed: () => closed };
  }

  /** A websocket and what it said, each message as its channel and the rest. */
  talk(path: string, protocols: readonly string[]): Conversation { return new Conversation(this, path, protocols); }
}

export class Conversation {
  readonly socket: WebSocket;
  readonly messages: Buffer[] = [];
  closed: number | undefined;

  constructor(private readonly world: World, path: string, protocols: readonly string[]) {
    this.socket = new WebSocket(`${world.url.replace('http', 'ws')}${path}`, [...protocols]);
    this.socket.on('message', (data: Buffer) => this.messages.push(data));
    this.socket.on('close', (code) => { this.closed = code; });
  }

  async opened(): Promise<this> {
    await this.world.live(new Promise((resolve, reject) => { this.socket.on('open', resolve); this.socket.on('error', reject); }));
    return this;
  }

  async ended(): Promise<this> {
    await this.world.until(() => this.closed !== undefined);
    return this;
  }

  /** All that came on a channel. */
  on(channel: number): string { return Buffer.concat(this.messages.filter((each) => each[0] === channel).map((each) => each.subarray(1))).toString(); }
}
