/** What requests are made wrong with. */
export const oddities: readonly unknown[] = [
  null, true, false, 0, -1, 1, 1.5, 65_536, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 63, 1e300, -0, '', ' ', 'x', 'default', 'fuzz', '-', '.', '..', '/', '%', '*',
    'a'.repeat(64), 'a'.repeat(254), 'a'.repeat(5_000), 'A_b', 'é',
  '\u0000', '\ud800', '\u2028', '${x}', '$(x)', '{{x}}', '[a-', '(a+)+$', '^(([a-z])+.)+[A-Z]([a-z])+$', '1', '-1', '0x10', '1e3', '10Gi', '-10Gi', '1e99999',
    '1.5.5', '100m', '50%', '-50%', '2026-01-01T00:00:00Z', '2026-13-41T99:99:99Z',
  '0001-01-01T00:00:00Z', '1.2.3.4', '300.1.1.1', '10.96.0.1', 'fe80::1', '::', '10.0.0.0/8', '10.0.0.0/99', 'Always', 'Never', 'TCP', 'None', 'ClusterIP',
    'LoadBalancer', 'True', 'Unknown', 'v1', 'apps/v1', 'a/b/c', 'Pod', 'Deployment',
  'self.x == oldSelf.x', 'self.all(x, self.all(y, self.all(z, true)))', '[1,2,3].map(x, [1,2,3].map(y, x * y))', '"a" + "b" * 2', 'object.spec.replicas < 3',
    '.spec.x', '.spec.a[?(@.b=="c")]', '.status..x', '[0][', 'JSONPath',
  [], {}, [[]], [{}], [null], [1, 'a', null, {}], [''], ['kubernetes'], ['All'], { a: 1 }, { '': '' }, { a: 'b' }, { matchLabels: { a: 'b' } },
    { matchExpressions: [{ key: 'a', operator: 'In', values: [] }] },
  { $patch: 'delete' }, { $patch: 'replace' }, { $patch: 'odd' }, { $retainKeys: ['x'] }, { '$deleteFromPrimitiveList/finalizers': ['x'] },
    { '$setElementOrder/containers': [{ name: 'c' }] }, [{ $patch: 'replace' }],
  { 'f:metadata': { 'f:labels': { '.': {} } } }, { 'k:{"name":"c"}': {} }, { 'k:{': {} }, { 'v:1': {} }, { 'i:0': {} },
  [{ manager: 'x', operation: 'Apply', apiVersion: 'v1', time: '2026-01-01T00:00:00Z', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { 'f:a': {} } } }],
    [{ manager: 1 }], [{ operation: 'Odd', fieldsV1: 5 }],
];

/** Names of fields anywhere, and names that are none. */
export const fieldNames: readonly string[] = [
  'apiVersion', 'kind', 'metadata', 'name', 'generateName', 'namespace', 'labels', 'annotations', 'finalizers', 'ownerReferences', 'resourceVersion', 'uid',
    'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'managedFields', 'selfLink',
  'spec', 'status', 'data', 'binaryData', 'stringData', 'immutable', 'type', 'rules', 'subjects', 'roleRef', 'aggregationRule', 'webhooks', 'clientConfig',
    'selector', 'matchLabels', 'matchExpressions', 'template', 'replicas', 'containers', 'initContainers', 'ephemeralContainers', 'volumes',
  'image', 'ports', 'containerPort', 'hostPort', 'port', 'targetPort', 'nodePort', 'clusterIP', 'clusterIPs', 'ipFamilies', 'resources', 'limits', 'requests', 'cpu',
    'memory', 'env', 'value', 'valueFrom', 'strategy', 'updateStrategy', 'rollingUpdate', 'maxSurge', 'conditions', 'phase', 'target', 'rollbackTo',
  'versions', 'names', 'group', 'scope', 'schema', 'openAPIV3Schema', 'properties', 'items', 'additionalProperties', 'pattern', 'enum', 'default',
    'x-kubernetes-validations', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-int-or-string', 'rule', 'messageExpression',
  'additionalPrinterColumns', 'jsonPath', 'subresources', 'scale', 'specReplicasPath', 'preserveUnknownFields', 'conversion', 'matchConstraints', 'validations',
    'expression', 'variables', 'matchConditions', 'auditAnnotations', 'mutations', 'applyConfiguration', 'jsonPatch', 'paramKind', 'paramRef', 'failurePolicy',
  'op', 'path', 'from', 'preconditions', 'propagationPolicy', 'orphanDependents', 'gracePeriodSeconds', 'dryRun', '$patch', '$retainKeys',
    '$setElementOrder/containers', '$deleteFromPrimitiveList/finalizers', 'f:spec', 'k:{"name":"x"}', '.',
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'toJSON', 'length', '0', '', ' ', 'a b', 'Metadata', 'METADATA', 'nope',
];

/** Segments of paths. */
export const segments: readonly string[] = [
  'api', 'apis', 'v1', 'v1beta1', 'v2', 'apps', 'batch', 'autoscaling', 'policy', 'rbac.authorization.k8s.io', 'apiextensions.k8s.io',
    'admissionregistration.k8s.io', 'authentication.k8s.io', 'authorization.k8s.io', 'events.k8s.io', 'storage.k8s.io', 'networking.k8s.io', 'certificates.k8s.io',
  'coordination.k8s.io', 'discovery.k8s.io', 'scheduling.k8s.io', 'node.k8s.io', 'rec.example.org', 'namespaces', 'fuzz', 'default', 'kube-system', 'pods',
    'configmaps', 'secrets', 'services', 'nodes', 'deployments', 'replicasets', 'statefulsets', 'jobs', 'cronjobs', 'horizontalpodautoscalers', 'events', 'endpoints',
  'serviceaccounts', 'customresourcedefinitions', 'poddisruptionbudgets', 'persistentvolumeclaims', 'clusterroles', 'roles', 'rolebindings', 'componentstatuses',
    'bindings', 'widgets', 'selfsubjectaccessreviews', 'tokenreviews', 'selfsubjectrulesreviews', 'resourcequotas', 'limitranges', 'leases', 'status', 'scale', 'log', 'exec',
  'attach', 'portforward', 'proxy', 'eviction', 'binding', 'token', 'ephemeralcontainers', 'resize', 'finalize', 'approval', 'watch', 'openapi', 'v3', 'healthz',
    'livez', 'readyz', 'metrics', 'version', 'logs', '.well-known', 'openid-configuration', 'x', 'c', 'd', 'web', 'kubernetes', '..', '.', '%2e%2e', '%00', '%', '%zz', '%2F', 'é',
  'a'.repeat(300), '__proto__', 'constructor', 'toString', 'https:web:80', 'http:x:', ':', 'namespaces',
];

/** Query parameters and what is given for them. */
export const parameters: Readonly<Record<string, readonly string[]>> = {
  limit: ['0', '1', '2', '3', '-1', '999999999999999999999', 'x', '1.5', ''],
  continue: ['x', 'e30', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6NSwic3RhcnQiOiJhXHUwMDAwIn0', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoiLi4ifQ', 'W1tbW10=', '%%%', 'bnVsbA', 'NQ'],
  resourceVersion: ['0', '1', '2', '50', '999999999', '-1', 'x', '', '1e3', '0x1', '٣'],
  resourceVersionMatch: ['Exact', 'NotOlderThan', 'Odd', ''],
  labelSelector: ['a=b', 'a', '!a', 'a in (b,c)', 'a notin (', 'a==', '==', 'a=b,,c', 'a>5', 'a<x', '(((((', 'a in ()', ',', `${'a=b,'.repeat(3_000)}a`, 'x/y/z=1', 'é=ü', 'a in (b)) '],
  fieldSelector: ['metadata.name=x', 'metadata.namespace=fuzz', 'spec.nodeName=', 'status.phase!=Running', 'nope=1', '=', 'a=b=c', 'a\\=b', 'a\\', 'metadata.name',
    'metadata.name==x,metadata.name!=y', '__proto__=1', 'constructor=1', 'toString=x'],
  dryRun: ['All', 'all', '', 'None', 'true'],
  fieldValidation: ['Strict', 'Warn', 'Ignore', 'strict', '', 'Odd'],
  fieldManager: ['one', 'two', '', 'a'.repeat(129), '\u0000', 'é', '\ud800'],
  force: ['true', 'false', '', '1', 'x'],
  watch: ['true', '1', 'false', '0', '', 'x'],
  allowWatchBookmarks: ['true', 'x'],
  sendInitialEvents: ['true', 'false', 'x'],
  timeoutSeconds: ['1', '0', '-1', 'x', '99999999999', '1.5'],
  timeout: ['1s', 'x'],
  pretty: ['true', 'false', 'x'],
  includeObject: ['None', 'Metadata', 'Object', 'Odd'],
  gracePeriodSeconds: ['0', '-1', '30', 'x', '99999999999999999999'],
  propagationPolicy: ['Orphan', 'Foreground', 'Background', 'Odd'],
  orphanDependents: ['true', 'false', 'x'],
  container: ['c', 'nope', ''], command: ['sh', ''], stdin: ['true'], stdout: ['true'], tty: ['true'], follow: ['true'], previous: ['true'],
    tailLines: ['1', '-1', 'x'], sinceTime: ['x', '2026-01-01T00:00:00Z'], sinceSeconds: ['0', '5'], limitBytes: ['0', '9'], ports: ['80', 'x', '99999'], path: ['/', '../x'],
  verbose: ['true'], exclude: ['etcd', 'x'], hash: ['x'], __proto__x: ['1'], constructor: ['1'],
};

export const headerValues: Readonly<Record<string, readonly string[]>> = {
  accept: [
    'application/json', 'application/yaml', '*/*', 'text/html', '', ';;;', ',', 'application/vnd.kubernetes.protobuf',
      'application/vnd.kubernetes.protobuf,application/json', 'application/json;as=Table;v=v1;g=meta.k8s.io', 'application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json',
    'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
      'application/yaml;as=Table;v=v1;g=meta.k8s.io', 'application/json;as=Odd;v=v1;g=meta.k8s.io', 'application/json;as=__proto__;v=v1;g=meta.k8s.io',
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList', 'application/json;q=0.1,application/yaml;q=x', 'application/json;as', 'application/json;stream=watch',
  ],
  'content-type': [
    'application/json', 'application/json; charset=utf-8', 'application/yaml', 'application/vnd.kubernetes.protobuf', 'application/json-patch+json',
      'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml', 'application/apply-patch+cbor', 'application/cbor', 'text/plain', '',
    'application/x-www-form-urlencoded', ';', 'constructor', '__proto__', 'APPLICATION/JSON',
  ],
  'user-agent': ['kubectl/v1.35', 'curl/8', 'Mozilla/5.0', '', '/', '\u0000', 'a'.repeat(500)],
  'impersonate-user': ['alice', 'bob', 'system:serviceaccount:fuzz:default', 'system:serviceaccount:::', 'system:node:x', 'system:anonymous', '', 'é'],
  'impersonate-group': ['devs', 'system:masters', 'system:authenticated, devs', '', ', '],
  'impersonate-uid': ['1', ''],
  'impersonate-extra-scopes': ['a, b', ''],
  'impersonate-extra-%zz': ['x'],
  authorization: ['Bearer nonsense', 'Bearer ', 'Bearer a.b.c', 'Bearer e30.e30.e30', 'Basic eDp5', 'x', ''],
  'if-none-match': ['"x"', '*', ''],
  'audit-id': ['x'],
};
