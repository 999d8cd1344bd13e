import { fieldElement } from '../../schema/field-set/element';
import { difference, fieldSet, has, type Path } from '../../schema/field-set/set';
import { identityText, type Owner, type Owners } from './owners';

/** Where the number of replicas stands in a Scale, and in all built-in kinds that have one. */
export const replicasPath: Path = [fieldElement('spec'), fieldElement('replicas')];
export const scaleVersion = 'autoscaling/v1';

/** Who owns the fields of an object's Scale: whoever owns its replicas, which stand at `path`. */
export function ownersOfScale(owners: Owners, path: Path = replicasPath): Owners {
  const replicas = fieldSet(replicasPath);
  const holders = [...owners].filter(([, { fields }]) => has(fields, path));
  return new Map(holders.map(([identity, owner]) => [identity, { ...owner, apiVersion: scaleVersion, fields: replicas }]));
}

/** Who owns the object's fields after its Scale was written: replicas go to those who own them there. Newcomers have no time, as upstream. */
export function ownersAfterScale(owners: Owners, scale: Owners, apiVersion: string, path: Path = replicasPath): Owners {
  const replicas = fieldSet(path);
  const after = new Map<string, Owner>();
  for (const [identity, owner] of owners) {
    const fields = has(owner.fields, path) && !scale.has(identity) ? difference(owner.fields, replicas) : owner.fields;
    if (fields.size > 0) after.set(identity, { ...owner, fields });
  }
  for (const [identity, owner] of scale) {
    if (owners.has(identity) || !has(owner.fields, replicasPath)) continue;
    const made: Owner = { ...owner, apiVersion, time: undefined, fields: replicas };
    after.set(identityText(made), made);
  }
  return after;
}
