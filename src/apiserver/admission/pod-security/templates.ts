import type { KubeObject } from '../../../api/types';
import type { CronJob, Deployment, ObjectMeta, PodSpec, PodTemplate } from '../../../schema/types';

/** What pods are made from. */
export type Template = { readonly metadata: Pick<ObjectMeta, 'annotations'>; readonly spec: PodSpec };
type MaybeTemplate = { readonly metadata?: Pick<ObjectMeta, 'annotations'>; readonly spec?: PodSpec } | undefined;

type TemplateOf = (object: KubeObject) => MaybeTemplate;
/** The admission chain hands over objects of the resource asked for, which fixes their form. */
const inSpec: TemplateOf = (object) => (object as Partial<Deployment>).spec?.template;

const templates: Readonly<Record<string, TemplateOf>> = {
  podtemplates: (object) => (object as Partial<PodTemplate>).template,
  replicationcontrollers: inSpec,
  'deployments.apps': inSpec,
  'replicasets.apps': inSpec,
  'statefulsets.apps': inSpec,
  'daemonsets.apps': inSpec,
  'jobs.batch': inSpec,
  'cronjobs.batch': (object) => (object as Partial<CronJob>).spec?.jobTemplate?.spec?.template,
};

/** Resources whose objects make pods. */
export const templated: readonly string[] = Object.keys(templates);

/** The template in an object of such a resource; undefined where it has none. */
export function templateIn(resource: string, object: KubeObject): Template | undefined {
  const found = templates[resource]?.(object);
  return found?.spec && { metadata: found.metadata ?? {}, spec: found.spec };
}
