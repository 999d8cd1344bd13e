import { chaosController } from '../../controllers/chaos/controller';
import { CustomResourceDefinitions } from '../../kinds/apiextensions/customresourcedefinition';
import { chaosDefinition, Chaoses, chaosFinalizer } from '../../kinds/add-ons/chaos';
import { heal } from '../../controllers/chaos/deeds';
import { installed, withoutFinalizer, type OptionalPart } from '../optional-part';

export const chaosPart: OptionalPart = {
  name: 'chaos',
  summary: 'chaos.podarium.dev: crashes, partitions, slow nodes and killed pods, by a seed, and healed again',
  objects: [installed(CustomResourceDefinitions, chaosDefinition)],
  outside: ({ machinery, scheduler }) => [chaosController(machinery, scheduler)],
  leave: ({ machinery }, client) => {
    for (const { status } of withoutFinalizer(client, Chaoses, chaosFinalizer)) for (const { outcome, target = '' } of status?.history ?? []) if (outcome === 'Active') heal(target, machinery);
  },
};
