import type { FileTree } from '../containers/types';
import { hostPorts } from '../kinds/core/host-ports';
import { resourcesOf, podRequests, qosClass, type Resources } from '../kinds/core/pod-resources';
import type { Endpoint, Handler, Protocol, Source } from '../net/types';
import type { HostIP, Node, Pod, Taint } from '../schema/types';
import { MemoryTree, SubTree } from './file-trees';
import { NodeImages } from './node-images';
import { NodeRequests, refusal, resizeRefusal, type Refusal } from './node-admission';
import { NodeVolumes } from './node-volumes';
import { PodAddresses } from './pod-addresses';
import { heldBack } from './pod-resize';
import type { PodWorker } from './pod-worker';
import type { KubeletOptions } from './shared';

export type NodeConfig = {
  /** Its InternalIP; 172.18.0.2 and so on when absent. */
  readonly ip?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly capacity?: Readonly<Record<string, string>>;
  /** Pods that the node runs by itself, each shown in the API by a mirror. */
  readonly staticPods?: readonly StaticPod[];
  /** Of its kubelet. */
  readonly version?: string;
};
/** A manifest in the node's own folder; its pod is called `<name>-<node>`. */
export type StaticPod = Pick<Pod, 'spec'> & { readonly metadata: Pick<Pod['metadata'], 'name'> & Partial<Pick<Pod['metadata'], 'namespace' | 'labels' | 'annotations'>> };

/** `up`: machine and kubelet run; `silent`: the kubelet is stopped and the containers go on; `off`: nothing runs. */
export type NodeState = 'up' | 'silent' | 'off';

const defaultVersion = 'v1.36.2';
const defaultCapacity = { cpu: '8', memory: '16Gi', 'ephemeral-storage': '100Gi', 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', pods: '110' } as const;

/** One machine: its images, its pod addresses, what its pods ask for, and its own place in the network. */
export class NodeWorker implements Endpoint {
  state: NodeState = 'up';
  /** Of the kubelet that runs, or is to run. */
  version: string;
  readonly source: Source;
  readonly hostIPs: readonly HostIP[];
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly images: NodeImages;
  readonly requests = new NodeRequests();
  readonly volumes = new NodeVolumes();
  readonly workers = new Set<PodWorker>();
  /** Pods that wait for room to grow, of the few nodes that have any. */
  #waiting: Set<PodWorker> | undefined;
  /** As the API last showed it. */
  object: Node | undefined;

  readonly #amounts: Resources;
  readonly #files = new MemoryTree();
  readonly #onHost = new Set<PodWorker>();
  #addresses: PodAddresses | undefined;
  #hasRange = false;

  constructor(readonly name: string, readonly ip: string, readonly config: NodeConfig, private readonly options: KubeletOptions) {
    this.version = config.version ?? defaultVersion;
    this.source = { ip, node: name, name };
    this.hostIPs = [{ ip }];
    this.capacity = { ...defaultCapacity, ...config.capacity };
    this.allocatable = this.capacity;
    this.#amounts = resourcesOf(this.allocatable);
    this.images = new NodeImages(options.runtime, options.scheduler);
  }

  get node(): string { return this.name; }
  get isReady(): boolean { return this.#hasRange; }

  /** The pod range that a controller gave the node; pods get their addresses from it. Those that have one keep it, whatever becomes of the Node. */
  set podCIDR(cidr: string | undefined) {
    this.#hasRange = cidr !== undefined;
    if (cidr === undefined || cidr === this.#addresses?.cidr) return;
    this.#addresses = new PodAddresses(cidr, [...this.workers].flatMap(({ ip, hasSandbox, pod }) => (ip !== undefined && hasSandbox && !pod.spec.hostNetwork ? [ip] : [])));
  }

  /** For the node's own address: its host-network pods, then ports that pods took on it. */
  accept(port: number, protocol: Protocol): Handler | undefined {
    for (const worker of this.#onHost) {
      const handler = worker.pod.spec.hostNetwork ? worker.accept(port, protocol) : worker.acceptHostPort(port, protocol);
      if (handler) return handler;
    }
    return undefined;
  }

  /** The files of the machine itself, from `path` down. */
  hostPath(path: string): FileTree {
    const inside = path.replace(/^\/+|\/+$/g, '');
    return inside === '' ? this.#files : new SubTree(this.#files, inside);
  }

  refuses(pod: Pod): Refusal | undefined { return this.object && refusal(heldBack(pod), this.object, this.#amounts, this.requests); }
  take(worker: PodWorker): void { this.requests.add(worker.uid, podRequests(heldBack(worker.pod).spec), hostPorts(worker.pod.spec)); }

  /** Why the pod cannot be given what it asks for now. */
  refusesResize(worker: PodWorker, wanted: Resources): Refusal | undefined { return resizeRefusal(worker.uid, wanted, this.#amounts, this.requests); }
  /** What the pod has been given instead of what it had. */
  resize(worker: PodWorker, requests: Resources): void {
    this.requests.change(worker.uid, requests);
    this.awaitRoom(worker, false);
  }
  awaitRoom(worker: PodWorker, isWaiting: boolean): void {
    if (isWaiting) (this.#waiting ??= new Set()).add(worker);
    else this.#waiting?.delete(worker);
  }
  /** Some room has become free: those that wait for it ask again, the most important first. */
  offerRoom(): void {
    if (!this.#waiting?.size) return;
    for (const worker of [...this.#waiting].sort(byClaim)) worker.askForRoom();
  }

  /** Gives the pod its place in the network, or says why it cannot have one. */
  connect(worker: PodWorker): 'no network' | 'no address' | undefined {
    const { hostNetwork } = worker.pod.spec;
    if (!hostNetwork) {
      if (!this.#addresses || !this.#hasRange) return 'no network';
      const ip = this.#addresses.take();
      if (ip === undefined) return 'no address';
      worker.ip = ip;
      this.options.network.attach({ ip, node: this.name, pod: worker.key, accept: (port, protocol) => worker.accept(port, protocol) });
    } else worker.ip = this.ip;
    if (hostNetwork || worker.usesHostPorts) this.#onHost.add(worker);
    worker.hasSandbox = true;
    return undefined;
  }

  /** Takes back what the pod had. */
  release(worker: PodWorker): void {
    this.requests.remove(worker.uid);
    this.#onHost.delete(worker);
    this.awaitRoom(worker, false);
    this.offerRoom();
    if (!worker.hasSandbox || worker.ip === undefined || worker.pod.spec.hostNetwork) return;
    this.options.network.detach(worker.ip);
    this.#addresses?.free(worker.ip);
  }
}

/** Who may grow first: by priority, then guaranteed pods, then who has waited longest. */
function byClaim({ pod: a, resize: first }: PodWorker, { pod: b, resize: second }: PodWorker): number {
  const guaranteed = (pod: Pod): number => Number(qosClass(pod.spec) === 'Guaranteed');
  return (b.spec.priority ?? 0) - (a.spec.priority ?? 0) || guaranteed(b) - guaranteed(a) || (first?.waitingSince ?? 0) - (second?.waitingSince ?? 0);
}
