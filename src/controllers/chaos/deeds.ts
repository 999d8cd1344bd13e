import { StatusError } from '../../api/status';
import { keyOf } from '../../api/keys';
import { chaosComponents, type ChaosAction, type ChaosType } from '../../kinds/add-ons/chaos';
import { Nodes } from '../../kinds/core/node';
import { isConditionTrue, isTerminal } from '../../kinds/core/pod-conditions';
import { Pods } from '../../kinds/core/pod';
import { annotations, labels as wellKnown } from '../../kinds/core/well-known';
import { byText } from '../../lib/json';
import { selectorOf } from '../../lib/selectors';
import { byNode } from '../../runtime/by-node';
import type { Context } from '../../runtime/controller';
import { byNamespace } from '../../runtime/informer';
import type { Machinery, MachineState } from '../../runtime/machines';
import type { Node, Pod } from '../../schema/types';

/** Where mischief is done: the API, and the machines under it. */
export type Place = { readonly context: Context; readonly machinery: Machinery };

/** One that it can be done to. */
export type Victim = {
  /** `node/node-1`, `pod/default/web`, `container/default/web/nginx`. */
  readonly target: string;
  readonly object: Node | Pod;
  /** Pods that cannot be reached because of it: what disruption budgets are asked about. */
  readonly pods: readonly Pod[];
  /** @throws Error when it could not be done; StatusError when the API refuses. */
  begin(place: Place, action: ChaosAction): void;
};

export type Mischief = {
  /** What was done: `Crashed`. */
  readonly word: string;
  /** Done through the API, which may refuse it. */
  readonly asksApi?: true;
  /** How long it lasts unless the action says otherwise; what has none needs no healing. */
  readonly durationSeconds?: number;
  /** Whom it could be done to now, in an order of their own. */
  victims(action: ChaosAction, place: Place): readonly Victim[];
};

const usualDurationSeconds = 60;
const usualLatencyMs = 5_000;
const sound: Partial<MachineState> = { power: 'On', kubelet: 'Running', network: 'Joined', latencyMs: 0 };

/** Makes a disturbed machine be as it was. Nothing happens when it is gone, or was healed already. */
export function heal(target: string, machinery: Machinery): void {
  const [kind, name = ''] = target.split('/');
  const state = kind === 'node' ? machinery.state(name) : undefined;
  if (state && !isSound(state)) machinery.set(name, sound);
}

const isSound = ({ power, kubelet, network, latencyMs }: MachineState): boolean => power === 'On' && kubelet === 'Running' && network === 'Joined' && latencyMs === 0;

/** Nodes whose machines nothing ails. The control plane's own only when a selector names it. */
function soundNodes({ nodeSelector }: ChaosAction, { context, machinery }: Place): readonly Node[] {
  const selector = selectorOf(nodeSelector ?? { matchExpressions: [{ key: wellKnown.controlPlane, operator: 'DoesNotExist' }] });
  return [...context.informer(Nodes).list()].filter((node) => {
    const state = machinery.state(node.metadata.name);
    return state && isSound(state) && isConditionTrue(node.status, 'Ready') && selector.matches(node.metadata.labels);
  }).sort((a, b) => byText(a.metadata.name, b.metadata.name));
}

const ofNodes = (word: string, state: (action: ChaosAction) => Partial<MachineState>, cutsOff: boolean): Mischief => ({
  word, durationSeconds: usualDurationSeconds,
  victims: (action, place) => soundNodes(action, place).map((node): Victim => ({
    target: `node/${node.metadata.name}`, object: node, pods: cutsOff ? [...place.context.informer(Pods).by(byNode, node.metadata.name)] : [],
    begin: ({ machinery }) => machinery.set(node.metadata.name, state(action)),
  })),
});

/** Pods that run, and whom no node runs by itself. */
function livePods({ podSelector, namespaces }: ChaosAction, { context }: Place): readonly Pod[] {
  const selector = selectorOf(podSelector ?? {});
  const pods = namespaces ? namespaces.flatMap((each) => [...context.informer(Pods).by(byNamespace, each)]) : [...context.informer(Pods).list()];
  const isLive = (pod: Pod): boolean => pod.spec.nodeName !== undefined && pod.metadata.deletionTimestamp === undefined && !isTerminal(pod);
  return pods.filter((pod) => isLive(pod) && selector.matches(pod.metadata.labels) && pod.metadata.annotations?.[annotations.mirrorPod] === undefined
    && (namespaces !== undefined || pod.metadata.namespace !== 'kube-system')).sort((a, b) => byText(keyOf(a), keyOf(b)));
}

const killPod = (pod: Pod): Victim => ({
  target: `pod/${keyOf(pod)}`, object: pod, pods: [pod],
  begin: ({ context: { api } }, { gracePeriodSeconds }) =>
    void api.delete(Pods, pod.metadata, { preconditions: { uid: pod.metadata.uid }, ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }) }),
});

const killContainer = (pod: Pod, container: string): Victim =>
  ({ target: `container/${keyOf(pod)}/${container}`, object: pod, pods: [pod], begin: ({ machinery }) => machinery.kill(pod.metadata, container) });

const runningContainers = ({ status }: Pod): readonly string[] => (status?.containerStatuses ?? []).filter(({ state }) => state?.running).map(({ name }) => name);

/** The control plane's static pods, by the component each runs. */
const components = ({ component }: ChaosAction, { context }: Place): readonly Victim[] =>
  [...context.informer(Pods).by(byNamespace, 'kube-system')].filter(({ metadata }) => {
    const found = metadata.labels?.['component'] ?? '';
    return metadata.labels?.['tier'] === 'control-plane' && chaosComponents.some((each) => each === found) && (component === undefined || component === found);
  }).sort((a, b) => byText(keyOf(a), keyOf(b))).flatMap((pod) => runningContainers(pod).map((name) => killContainer(pod, name)));

/** All that can be done, by its type. */
export const mischief: Readonly<Record<ChaosType, Mischief>> = {
  NodeCrash: ofNodes('Crashed', () => ({ power: 'Off' }), true),
  NodePartition: ofNodes('Cut off', () => ({ network: 'Cut' }), true),
  NodeSlow: ofNodes('Slowed down', ({ latencyMilliseconds: latencyMs = usualLatencyMs }) => ({ latencyMs }), false),
  KubeletStop: ofNodes('Stopped the kubelet of', () => ({ kubelet: 'Stopped' }), false),
  PodKill: { word: 'Deleted', asksApi: true, victims: (action, place) => livePods(action, place).map(killPod) },
  ContainerKill: {
    word: 'Killed',
    victims: (action, place) => livePods(action, place)
      .flatMap((pod) => runningContainers(pod).filter((name) => action.container === undefined || name === action.container).map((name) => killContainer(pod, name))),
  },
  ComponentKill: { word: 'Killed', victims: components },
};

/** Why it could not be done, in words. Throws on what the API cannot answer now. */
export function attempt(begin: () => void): string | undefined {
  try { begin(); } catch (error) {
    if (error instanceof StatusError && !StatusError.is(error, 'NotFound') && !StatusError.is(error, 'Conflict')) throw error;
    return error instanceof Error ? error.message : String(error);
  }
  return undefined;
}
