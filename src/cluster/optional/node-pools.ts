import { machineController } from '../../controllers/machine/controller';
import { nodePoolController } from '../../controllers/node-pool/controller';
import { CustomResourceDefinitions } from '../../kinds/apiextensions/customresourcedefinition';
import { machineDefinition, machineFinalizer, Machines } from '../../kinds/add-ons/machine';
import { nodePoolDefinition } from '../../kinds/add-ons/node-pool';
import { installed, withoutFinalizer, type OptionalPart } from '../optional-part';

export const nodePools: OptionalPart = {
  name: 'node-pools',
  summary: 'machines.podarium.dev and nodepools.podarium.dev: machines and pools of them, as objects',
  objects: [installed(CustomResourceDefinitions, machineDefinition), installed(CustomResourceDefinitions, nodePoolDefinition)],
  leave: (_world, client) => { withoutFinalizer(client, Machines, machineFinalizer); },
  outside: ({ machinery }) => [machineController(machinery), nodePoolController],
};
