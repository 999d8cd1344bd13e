import { Subscription } from 'rxjs';
import type { LocalClient } from '../api/local-client';
import { StatusError } from '../api/status';
import { Machines, type Machine, type MachineSpec } from '../kinds/add-ons/machine';
import type { Machinery, MachineState } from '../runtime/machines';
import { controlPlaneName } from './machines';

/**
 * Lets the objects of machines say what was done to the machines by hand, so that their controller does not undo it. The control plane's own has none:
 * without it nobody could be asked to switch it on again.
 */
export function mirrorMachines(machinery: Machinery, client: LocalClient): Subscription {
  const mirror = (name: string): void => {
    if (name === controlPlaneName) return;
    try { write(machinery.state(name), name, client); } catch (error) { if (!(error instanceof StatusError)) throw error; }   // without the API server the machine is all there is
  };
  machinery.names.forEach(mirror);
  return machinery.changes.subscribe(mirror);
}

function write(state: MachineState | undefined, name: string, client: LocalClient): void {
  const machine = found(name, client);
  if (!state) { if (machine && machine.metadata.deletionTimestamp === undefined) client.delete(Machines, { name }); return; }
  const { power, kubelet, network, latencyMs, version } = state;
  const wanted: MachineSpec = { power, network, latencyMilliseconds: latencyMs, ...(power === 'On' && { kubelet }) };
  if (!machine) { client.create(Machines, { metadata: { name }, spec: { ...wanted, template: { version } } }); return; }
  const { spec } = machine;
  const differs = spec.power !== power || spec.network !== network || spec.latencyMilliseconds !== latencyMs || (power === 'On' && spec.kubelet !== kubelet);
  const isUpgraded = spec.template?.version !== undefined && spec.template.version !== version;
  if (differs || isUpgraded) client.patch(Machines, { name }, { spec: { ...wanted, ...(isUpgraded && { template: { version } }) } });
}

function found(name: string, client: LocalClient): Machine | undefined {
  try { return client.get(Machines, { name }); } catch (error) {
    if (StatusError.is(error, 'NotFound')) return undefined;
    throw error;
  }
}
