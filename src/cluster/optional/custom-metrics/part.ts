import { APIServices } from '../../../kinds/apiregistration/apiservice';
import { ConfigMaps } from '../../../kinds/core/configmap';
import { Services } from '../../../kinds/core/service';
import { installed, optionalImages, type Installed, type OptionalPart } from '../../optional-part';
import { systemProgram } from '../system-program';
import { Adapter, externalMetrics } from './adapter';
import { externalMetricsReader } from './reader';
import { Traffic } from './traffic';

const name = 'metrics-adapter';
const namespace = 'kube-system';
const port = 6443;

const registered = (group: string, version: string): Installed => installed(APIServices, {
  metadata: { name: `${version}.${group}` },
  spec: { group, version, service: { name, namespace, port: 443 }, insecureSkipTLSVerify: true, groupPriorityMinimum: 100, versionPriority: 100 },
});

const explained = `# Metrics of things outside the cluster, in Prometheus' text format. A label "namespace" keeps one to that namespace.
# queue_messages_ready{queue="orders"} 30
`;

/** An API server behind ours that says what the network measures of pods and services, and what stands in a ConfigMap of things outside. */
export const customMetrics: OptionalPart = {
  name: 'custom-metrics',
  summary: 'custom.metrics.k8s.io and external.metrics.k8s.io: http_requests_per_second of pods and services, and ConfigMap kube-system/external-metrics',
  objects: [
    ...systemProgram(name, `${optionalImages.metricsAdapter}:v1`, [
      { apiGroups: [''], resources: ['pods', 'services', 'configmaps'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
    ]),
    installed(ConfigMaps, { metadata: { name: externalMetrics.name, namespace: externalMetrics.namespace }, data: { [externalMetrics.field]: explained } }),
    installed(Services, { metadata: { name, namespace }, spec: { selector: { app: name }, ports: [{ port: 443, targetPort: port }] } }),
    registered('custom.metrics.k8s.io', 'v1beta2'),
    registered('external.metrics.k8s.io', 'v1beta1'),
  ],
  inside: { [optionalImages.metricsAdapter]: () => [externalMetricsReader] },
  answers: {
    [optionalImages.metricsAdapter]: (informers, { exchanges }, work) => {
      const traffic = new Traffic(() => informers.scheduler.now());
      work.add(traffic.follow(exchanges));
      const { handle } = new Adapter(informers, traffic);
      return (asked) => (asked === port ? handle : undefined);
    },
  },
};
