import { StatusError } from '../../api/status';
import { isList, isObject, type JsonObject } from '../../lib/json';
import { milliValue } from '../../lib/quantity';
import { formatLabelSelector } from '../../lib/selectors';
import type { Context } from '../../runtime/controller';
import type { AutoscalingV2CrossVersionObjectReference, MetricIdentifier } from '../../schema/types';
import type { PodUsage } from './pod-groups';
import { NoProposal } from './replicas';
import type { Measured } from './measured';

const custom = '/apis/custom.metrics.k8s.io/v1beta2';
const external = '/apis/external.metrics.k8s.io/v1beta1';
/** Where a metric of a whole namespace is. */
const ofNamespace = 'metrics';

type Reader = Context['api'];

/** What pods say of themselves in a metric that somebody measures, by their names. @throws NoProposal */
export function podsMetric({ name, selector }: MetricIdentifier, { namespace, selector: pods }: Measured, { api }: Context): ReadonlyMap<string, PodUsage> {
  const items = customItems(api, `namespaces/${namespace}/pods/*/${name}`, { labelSelector: pods, metricLabelSelector: formatLabelSelector(selector) });
  return new Map(items.map((item): [string, PodUsage] => {
    const { describedObject, timestamp, windowSeconds } = item;
    const pod = isObject(describedObject) ? String(describedObject['name']) : '';
    return [pod, { valueMilli: amountOf(item), at: Date.parse(String(timestamp)), windowMs: typeof windowSeconds === 'number' ? windowSeconds * 1_000 : usualWindowMs }];
  }));
}
/** What is thought when the API does not say over how long it measured. */
const usualWindowMs = 60_000;

/** One object's metric, in thousandths. @throws NoProposal */
export function objectMetric({ name, selector }: MetricIdentifier, object: AutoscalingV2CrossVersionObjectReference, { namespace, resourceOf }: Measured, { api }: Context): number {
  const { apiVersion, kind, name: called } = object;
  const found = resourceOf(apiVersion, kind);
  if (!found) throw new NoProposal(`${unableCustom}: no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion ?? '')}`);
  const place = kind === 'Namespace' ? `namespaces/${called}/${ofNamespace}` : `${found.namespaced ? `namespaces/${namespace}/` : ''}${found.resource}/${called}`;
  const [first] = customItems(api, `${place}/${name}`, { metricLabelSelector: formatLabelSelector(selector) });
  return amountOf(first ?? {});
}

/** All values of a metric from outside, in thousandths. @throws NoProposal */
export function externalMetric({ name, selector }: MetricIdentifier, { namespace }: Measured, { api }: Context): readonly number[] {
  const unable = 'unable to fetch metrics from external metrics API';
  const notServed = `the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`;
  const items = itemsAt(api, `${external}/namespaces/${namespace}/${name}`, { labelSelector: formatLabelSelector(selector) }, unable, notServed);
  if (items.length === 0) throw new NoProposal('no metrics returned from external metrics API');
  return items.map(amountOf);
}

const unableCustom = 'unable to fetch metrics from custom metrics API';
function customItems(api: Reader, path: string, query: Readonly<Record<string, string>>): readonly JsonObject[] {
  const items = itemsAt(api, `${custom}/${path}`, query, unableCustom, 'no custom metrics API (custom.metrics.k8s.io) registered');
  if (items.length === 0) throw new NoProposal('no metrics returned from custom metrics API');
  return items;
}

function itemsAt(api: Reader, path: string, query: Readonly<Record<string, string>>, unable: string, notServed: string): readonly JsonObject[] {
  try {
    const list = api.read(path, new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString());
    if (!isObject(list) || !isList(list['items'])) throw new NoProposal(`${unable}: ${notServed}`);   // nobody is registered for the path
    return list['items'].filter(isObject);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new NoProposal(`${unable}: ${error.message}`);
  }
}

const amountOf = ({ value }: JsonObject): number => (typeof value === 'string' || typeof value === 'number' ? milliValue(String(value)) : 0);
