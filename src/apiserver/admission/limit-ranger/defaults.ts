import { annotations } from '../../../kinds/core/well-known';
import { byText } from '../../../lib/json';
import type { Container, LimitRange, Pod, PodSpec, Quantity } from '../../../schema/types';

type Amounts = Readonly<Record<string, Quantity>>;
/** A spec with defaults filled in, and what the annotation says of it; no text when nothing was filled in. */
export type Defaulted = { readonly spec: PodSpec; readonly told: string };

/** Fills in the requests and limits that a LimitRange has defaults for. */
export function withDefaults(spec: PodSpec, { spec: { limits: items = [] } = { limits: [] } }: LimitRange): Defaulted {
  const ofContainers = items.filter(({ type }) => type === 'Container');
  const limits: Amounts = Object.assign({}, ...ofContainers.map((item) => item.default));
  const requests: Amounts = Object.assign({}, ...ofContainers.map((item) => item.defaultRequest));
  const told: string[] = [];
  const filled = (word: string) => (container: Container): Container => {
    const { resources = {} } = container;
    const newRequests = lacking(resources.requests, requests);
    const newLimits = lacking(resources.limits, limits);
    if (newRequests.length > 0) told.push(`${newRequests.join(', ')} request for ${word} ${container.name}`);
    if (newLimits.length > 0) told.push(`${newLimits.join(', ')} limit for ${word} ${container.name}`);
    if (newRequests.length + newLimits.length === 0) return container;
    return { ...container, resources: {
      ...resources,
      ...(newLimits.length > 0 && { limits: { ...limits, ...resources.limits } }),
      ...(newRequests.length > 0 && { requests: { ...requests, ...resources.requests } }),
    } };
  };
  const containers = spec.containers.map(filled('container'));
  const initContainers = spec.initContainers?.map(filled('init-container'));
  return told.length === 0 ? { spec, told: '' } : { spec: { ...spec, containers, ...(initContainers && { initContainers }) }, told: `LimitRanger plugin set: ${told.join('; ')}` };
}

const lacking = (present: Amounts = {}, wanted: Amounts): string[] => Object.keys(wanted).filter((name) => present[name] === undefined).sort(byText);

/** The pod with such a spec, and the annotation that tells of it. */
export function withDefaulted(pod: Pod, { spec, told }: Defaulted): Pod {
  if (!told) return pod;
  return { ...pod, spec, metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, [annotations.limitRanger]: told } } };
}
