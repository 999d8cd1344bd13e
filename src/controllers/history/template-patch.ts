import { isObject, type JsonObject } from '../../lib/json';
import type { ControllerRevision, PodTemplateSpec } from '../../schema/types';

/** The data of a revision: a patch that puts its template in place of the present one. */
export const patchOf = (template: PodTemplateSpec): object => ({ spec: { template: { ...template, $patch: 'replace' } } });

/** The template that a revision stands for; undefined when its data is not such a patch. */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec | undefined {
  const spec = isObject(data) ? data['spec'] : undefined;
  const template = isObject(spec) ? spec['template'] : undefined;
  if (!isObject(template)) return undefined;
  const { $patch: _directive, ...rest } = template;
  return rest as PodTemplateSpec; // what patchOf wrote there
}
