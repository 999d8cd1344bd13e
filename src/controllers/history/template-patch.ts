import { byText, isList, isObject } from '../../lib/json';
import type { ControllerRevision, PodTemplateSpec } from '../../schema/types';

/** The data of a revision: a patch that puts its template in place of the present one. */
export const patchOf = (template: PodTemplateSpec): object => ({ spec: { template: { ...template, $patch: 'replace' } } });

/** The patch with its keys in order, as Go writes it: kubectl compares the text to tell whether a rollback would change anything. */
export const inOrder = (value: unknown): unknown =>
  isList(value) ? value.map(inOrder) : isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => byText(a, b)).map(([key, each]) => [key, inOrder(each)])) : value;

/** The template that a revision stands for; undefined when its data is not such a patch. */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec | undefined {
  const spec = isObject(data) ? data['spec'] : undefined;
  const template = isObject(spec) ? spec['template'] : undefined;
  if (!isObject(template)) return undefined;
  const { $patch: _directive, ...rest } = template;
  return rest as PodTemplateSpec; // what patchOf wrote there
}
