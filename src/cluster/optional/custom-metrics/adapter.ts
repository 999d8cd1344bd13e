import type { KubeObject } from '../../../api/types';
import { json, parseTarget } from '../../../containers/http';
import { ConfigMaps } from '../../../kinds/core/configmap';
import { Pods } from '../../../kinds/core/pod';
import { Services } from '../../../kinds/core/service';
import type { JsonObject } from '../../../lib/json';
import { formatQuantity } from '../../../lib/quantity';
import { parseSelector } from '../../../lib/selector-text';
import { SelectorError, type Selector } from '../../../lib/selectors';
import { timestamp } from '../../../lib/timestamp';
import type { Handler, Reply } from '../../../net/types';
import { byNamespace } from '../../../runtime/informer';
import type { Informers } from '../../../runtime/informers';
import { parseExposition, type Sample } from './exposition';
import { windowMs, type Traffic } from './traffic';

/** Metrics from outside stand here, in Prometheus' text format. */
export const externalMetrics = { namespace: 'kube-system', name: 'external-metrics', field: 'metrics' } as const;
const requests = 'http_requests_per_second';
const custom = 'custom.metrics.k8s.io/v1beta2';
const external = 'external.metrics.k8s.io/v1beta1';

/** What is measured of the objects of a resource, in thousandths. */
type Source = { readonly kind: string; objects(namespace: string): readonly KubeObject[]; milliOf(object: KubeObject): number };

/** Answers as an adapter does for custom.metrics.k8s.io and external.metrics.k8s.io. */
export class Adapter {
  readonly #sources: Readonly<Record<string, Source>>;

  constructor(private readonly informers: Informers, traffic: Traffic) {
    const [pods, services] = [informers.of(Pods), informers.of(Services)];
    informers.of(ConfigMaps);
    this.#sources = {
      pods: {
        kind: 'Pod', objects: (namespace) => [...pods.by(byNamespace, namespace)].filter(({ status }) => status?.phase === 'Running'),
        milliOf: ({ metadata }) => {
          const { podIP = '', startTime } = pods.get(`${metadata.namespace}/${metadata.name}`)?.status ?? {};
          return traffic.answeredMilli(podIP, startTime ? Date.parse(startTime) : 0);
        },
      },
      services: {
        kind: 'Service', objects: (namespace) => [...services.by(byNamespace, namespace)],
        milliOf: ({ metadata }) => traffic.calledMilli(services.get(`${metadata.namespace}/${metadata.name}`)?.spec.clusterIP ?? ''),
      },
    };
  }

  readonly handle: Handler = (payload): Reply => {
    if (payload.kind !== 'http') return { kind: 'connected' };
    const { pathname, query } = parseTarget(payload.request.path);
    try {
      return this.#answer(pathname.split('/').filter(Boolean).map(decodeURIComponent), query);
    } catch (error) {
      if (error instanceof SelectorError || error instanceof URIError) return failure(400, 'BadRequest', error.message);
      throw error;
    }
  };

  #answer([root, group, version, scope, namespace = '', ...rest]: readonly string[], query: ReadonlyMap<string, string>): Reply {
    const groupVersion = `${group}/${version}`;
    if (root !== 'apis' || (groupVersion !== custom && groupVersion !== external)) return failure(404, 'NotFound', 'the server could not find the requested resource');
    if (scope === undefined) return json({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: this.#resources(groupVersion) });
    if (scope !== 'namespaces' || rest.length !== (groupVersion === custom ? 3 : 1)) return failure(404, 'NotFound', 'the server could not find the requested resource');
    const selector = parseSelector(query.get('labelSelector') ?? '');
    const [first = '', name = '', metric = ''] = rest;
    return groupVersion === custom ? this.#ofObjects(namespace, first, name, metric, selector) : this.#fromOutside(namespace, first, selector);
  }

  #resources(groupVersion: string): readonly JsonObject[] {
    const entry = (name: string, kind: string): JsonObject => ({ name, singularName: '', namespaced: true, kind, verbs: ['get'] });
    if (groupVersion === custom) return Object.keys(this.#sources).map((resource) => entry(`${resource}/${requests}`, 'MetricValueList'));
    return [...new Set(this.#samples().map(({ name }) => name))].sort().map((name) => entry(name, 'ExternalMetricValueList'));
  }

  #ofObjects(namespace: string, resource: string, name: string, metric: string, selector: Selector): Reply {
    const source = this.#sources[resource];
    if (!source || metric !== requests) return failure(404, 'NotFound', `the server could not find the metric ${metric} for ${resource}${name === '*' ? '' : ` ${name}`}`);
    const chosen = source.objects(namespace).filter(({ metadata }) => (name === '*' ? selector.matches(metadata.labels) : metadata.name === name));
    if (chosen.length === 0 && name !== '*') return failure(404, 'NotFound', `the server could not find the metric ${metric} for ${resource} ${name}`);
    const at = this.#timestamp();
    return this.#list(custom, 'MetricValueList', chosen.map((object) => ({
      describedObject: { kind: source.kind, namespace, name: object.metadata.name, apiVersion: '/v1' }, metric: { name: metric, selector: null },
      timestamp: at, windowSeconds: windowMs / 1_000, value: milliText(source.milliOf(object)),
    })));
  }

  #fromOutside(namespace: string, metric: string, selector: Selector): Reply {
    const named = this.#samples().filter(({ name }) => name === metric);
    if (named.length === 0) return failure(404, 'NotFound', `the server could not find the metric ${metric} for external metrics`);
    const at = this.#timestamp();
    const chosen = named.filter(({ labels }) => (labels['namespace'] ?? namespace) === namespace && selector.matches(labels));
    return this.#list(external, 'ExternalMetricValueList',
      chosen.map(({ labels, value }) => ({ metricName: metric, metricLabels: labels, timestamp: at, value: milliText(Math.round(value * 1_000)) })));
  }

  #list(apiVersion: string, kind: string, items: readonly JsonObject[]): Reply { return json({ kind, apiVersion, metadata: {}, items }); }

  #samples(): readonly Sample[] {
    const { namespace, name, field } = externalMetrics;
    return parseExposition(this.informers.of(ConfigMaps).get(`${namespace}/${name}`)?.data?.[field] ?? '').samples;
  }

  #timestamp(): string { return timestamp(this.informers.scheduler.now()); }
}

const milliText = (milli: number): string => formatQuantity({ unscaled: BigInt(milli), scale: -3, format: 'DecimalSI' });
const failure = (code: number, reason: string, message: string): Reply =>
  json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code }, code);
