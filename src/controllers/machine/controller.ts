import { StatusError } from '../../api/status';
import { Machines, machineFinalizer, type Machine, type MachineStatus } from '../../kinds/add-ons/machine';
import { Nodes } from '../../kinds/core/node';
import { isConditionTrue } from '../../kinds/core/pod-conditions';
import { Pods } from '../../kinds/core/pod';
import { equal } from '../../lib/equality';
import { byNode } from '../../runtime/by-node';
import { unlessGone } from '../../runtime/claim';
import { defineController, watched, type AnyController, type Context } from '../../runtime/controller';
import { cordon, drainRetryMs, drainStep, heldText, type Held } from '../../runtime/drain';
import type { Machinery } from '../../runtime/machines';
import type { RequeueAfter } from '../../runtime/workqueue';
import type { Node } from '../../schema/types';

/** Marks a node that an upgrade cordoned: it is uncordoned afterwards. */
const upgradingAnnotation = 'podarium.dev/upgrading';

type Step = RequeueAfter & { readonly message: string };

/** Makes the machines be as their objects say, and tells how they are. A node leaves, and gets another kubelet, only after it was drained. */
export const machineController = (machinery: Machinery): AnyController => defineController<Machine>({
  name: 'machine-controller',
  for: Machines,
  watches: [watched(Nodes, ({ metadata: { name } }) => [name], (previous, next) => readiness(previous) === readiness(next) && previous.spec === next.spec)],
  ignores: (previous, next) => previous.spec === next.spec && previous.metadata.deletionTimestamp === next.metadata.deletionTimestamp && previous.metadata.finalizers === next.metadata.finalizers,

  reconcile(name, context) {
    const machine = context.informer(Machines).get(name);
    if (!machine) return undefined;
    if (machine.metadata.deletionTimestamp !== undefined) return remove(machine, machinery, context);
    const step = apply(machine, machinery, context);
    tell(machine, machinery, context, step ? 'Upgrading' : undefined, step?.message);
    return step;
  },
});

const readiness = (node: Node | undefined): string => `${isConditionTrue(node?.status, 'Ready')} ${node?.status?.nodeInfo?.kubeletVersion}`;

function apply(machine: Machine, machinery: Machinery, context: Context): Step | undefined {
  const { metadata: { name }, spec: { power = 'On', kubelet = 'Running', network = 'Joined', latencyMilliseconds = 0, template = {} } } = machine;
  if (!machine.metadata.finalizers?.includes(machineFinalizer))
    context.api.patch(Machines, machine.metadata, { metadata: { finalizers: [...(machine.metadata.finalizers ?? []), machineFinalizer], resourceVersion: machine.metadata.resourceVersion } });
  if (!machinery.state(name)) {
    if (unlessGone(() => context.api.get(Machines, machine.metadata))?.metadata.uid !== machine.metadata.uid) return undefined;   // no machine is made for an object that is gone already
    machinery.add(name, template);
  }
  const before = machinery.state(name);
  if (before?.power !== power || before.kubelet !== kubelet || before.network !== network || before.latencyMs !== latencyMilliseconds)
    machinery.set(name, { power, kubelet, network, latencyMs: latencyMilliseconds });
  return upgrade(machine, machinery, context);
}

/** What holds a machine up is told like every refusal. */
function tellHeld(machine: Machine, held: readonly Held[], { event }: Context): void {
  for (const each of held) event({ object: machine, type: 'Warning', reason: 'FailedDrain', message: heldText(each) });
}

/** Another version of the kubelet, step by step. */
function upgrade(machine: Machine, machinery: Machinery, context: Context): Step | undefined {
  const { metadata: { name }, spec: { template = {} } } = machine;
  const { api, informer, event } = context;
  const node = informer(Nodes).get(name);
  if (!node || machinery.state(name)?.power !== 'On') return undefined;
  const isMarked = node.metadata.annotations?.[upgradingAnnotation] !== undefined;
  const { version } = template;
  if (version === undefined || machinery.state(name)?.version === version) {
    if (!isMarked) return undefined;
    if (!isConditionTrue(node.status, 'Ready')
      || (version !== undefined && node.status?.nodeInfo?.kubeletVersion !== version)) return { requeueAfterMs: 1_000, message: 'waiting for the node to be Ready' };
    api.patch(Nodes, node.metadata, { metadata: { annotations: { [upgradingAnnotation]: null } }, spec: { unschedulable: null } });
    return undefined;
  }
  if (!isMarked) api.patch(Nodes, node.metadata, { metadata: { annotations: { [upgradingAnnotation]: version } }, spec: { unschedulable: true } });
  const { remaining, held } = drainStep(informer(Pods).by(byNode, name), api);
  tellHeld(machine, held, context);
  if (remaining.length > 0) return { requeueAfterMs: held.length > 0 ? drainRetryMs : 1_000, message: draining(remaining.length, held[0]?.why) };
  machinery.set(name, { version });
  event({ object: node, type: 'Normal', reason: 'KubeletUpgraded', message: `Kubelet of node ${name} is ${version} now` });
  return { requeueAfterMs: 1_000, message: 'waiting for the node to be Ready' };
}

const draining = (count: number, why: string | undefined): string => `draining: ${count} pods left${why === undefined ? '' : `: ${why}`}`;

/** Drains a node that still answers, then gives its machine away. */
function remove(machine: Machine, machinery: Machinery, context: Context): RequeueAfter | undefined {
  const { api, informer } = context;
  const { name, finalizers = [] } = machine.metadata;
  if (!finalizers.includes(machineFinalizer)) return undefined;
  const node = informer(Nodes).get(name);
  if (node && isConditionTrue(node.status, 'Ready')) {
    cordon(node, true, api);
    const { remaining, held } = drainStep(informer(Pods).by(byNode, name), api);
    tellHeld(machine, held, context);
    if (remaining.length > 0) {
      tell(machine, machinery, context, 'Deleting', draining(remaining.length, held[0]?.why));
      return { requeueAfterMs: held.length > 0 ? drainRetryMs : 1_000 };
    }
  }
  machinery.remove(name);
  unlessGone(() => api.patch(Machines, machine.metadata, { metadata: { finalizers: finalizers.filter((each) => each !== machineFinalizer), resourceVersion: machine.metadata.resourceVersion } }));
  return undefined;
}

function tell(machine: Machine, machinery: Machinery, { api, informer }: Context, phase?: MachineStatus['phase'], message?: string): void {
  const { name, generation } = machine.metadata;
  const state = machinery.state(name);
  const ready = isConditionTrue(informer(Nodes).get(name)?.status, 'Ready');
  const status: MachineStatus = {
    ...(generation !== undefined && { observedGeneration: generation }), phase: phase ?? (state?.power === 'Off' ? 'Off' : ready ? 'Running' : 'Provisioning'),
    ...(state && { power: state.power, network: state.network, version: state.version }), ready, ...(message !== undefined && { message }),
  };
  if (equal(status, machine.status)) return;
  try { api.patch(Machines, machine.metadata, { status: { message: null, ...status } }, 'merge', 'status'); } catch (error) { if (!StatusError.is(error, 'NotFound')) throw error; }
}
