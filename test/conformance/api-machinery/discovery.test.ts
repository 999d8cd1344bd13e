import { describe, expect } from 'vitest';
import { CustomResourceDefinitions } from '../../../src/kinds/apiextensions/customresourcedefinition';
import { behaviour } from '../behaviours';
import { startConformance, type Framework } from '../framework';

type Api = Framework['api'];
type Place = readonly [group: string, version: string, resource: string];
/** A resource of each API group, as upstream's tests look for them. */
const places: readonly Place[] = [
  ['', 'v1', 'namespaces'], ['admissionregistration.k8s.io', 'v1', 'validatingwebhookconfigurations'], ['apiextensions.k8s.io', 'v1', 'customresourcedefinitions'],
  ['apiregistration.k8s.io', 'v1', 'apiservices'], ['apps', 'v1', 'deployments'], ['authentication.k8s.io', 'v1', 'tokenreviews'],
  ['authorization.k8s.io', 'v1', 'selfsubjectaccessreviews'], ['autoscaling', 'v1', 'horizontalpodautoscalers'], ['autoscaling', 'v2', 'horizontalpodautoscalers'],
  ['batch', 'v1', 'jobs'], ['certificates.k8s.io', 'v1', 'certificatesigningrequests'], ['coordination.k8s.io', 'v1', 'leases'], ['discovery.k8s.io', 'v1', 'endpointslices'],
  ['events.k8s.io', 'v1', 'events'], ['networking.k8s.io', 'v1', 'ingresses'], ['node.k8s.io', 'v1', 'runtimeclasses'], ['policy', 'v1', 'poddisruptionbudgets'],
  ['scheduling.k8s.io', 'v1', 'priorityclasses'], ['storage.k8s.io', 'v1', 'csinodes'],
];
const custom: Place = ['group-1.example.com', 'v1', 'testcrds'];

type VersionEntry = { readonly groupVersion: string; readonly version: string };
type GroupEntry = { readonly name: string; readonly versions: readonly VersionEntry[]; readonly preferredVersion: VersionEntry };
type ResourceList = { readonly groupVersion: string; readonly resources: readonly { readonly name: string }[] };
type Aggregated = {
  readonly kind: string; readonly apiVersion: string;
  readonly items: readonly { readonly metadata: { readonly name?: string };
    readonly versions: readonly { readonly version: string; readonly resources: readonly { readonly resource: string }[] }[] }[];
};

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const placesIn = (list: Aggregated): readonly string[] =>
  list.items.flatMap(({ metadata: { name = '' }, versions }) => versions.flatMap(({ version, resources }) => resources.map(({ resource }) => [name, version, resource].join(' '))));
const text = (place: Place): string => place.join(' ');
const legacy = ([group]: Place): boolean => group === '';

/** What client-go asks: aggregated forms first, the old one for servers that know none. */
const clientAccept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';
/** As client-go's aggregated discovery: two requests, and all groups, versions and resources are known; every answer must be aggregated. */
function discover(api: Api): readonly string[] {
  return ['/api', '/apis'].flatMap((path) => {
    const answer = api.raw('GET', path, { headers: { accept: clientAccept } });
    expect([answer.code, answer.contentType]).toEqual([200, aggregated]);
    return placesIn(JSON.parse(answer.body) as Aggregated);
  });
}

function defineCustom(api: Api): void {
  const [group, name, plural] = custom;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } as const;
  api.create(CustomResourceDefinitions, {
    metadata: { name: `${plural}.${group}` },
    spec: { group, scope: 'Namespaced', names: { plural, singular: 'testcrd', kind: 'testcrd', listKind: 'testcrdList' }, versions: [{ name, served: true, storage: true, schema }] },
  });
}

describe('aggregated discovery', () => {
  behaviour('api-machinery-025', () => {
    expect(discover(startConformance().api)).toEqual(expect.arrayContaining(places.map(text)));
  });

  behaviour('api-machinery-026', () => {
    const { api, until } = startConformance();
    expect(discover(api)).not.toContain(text(custom));
    defineCustom(api);
    until('the resource is discovered', () => discover(api).includes(text(custom)));
  });

  behaviour('api-machinery-027', () => {
    const { api } = startConformance();
    const apis = api.json('/apis', aggregated) as Aggregated;
    expect([apis.kind, apis.apiVersion]).toEqual(['APIGroupDiscoveryList', 'apidiscovery.k8s.io/v2']);
    expect(placesIn(apis)).toEqual(expect.arrayContaining(places.filter((place) => !legacy(place)).map(text)));
    expect(placesIn(apis).filter((place) => place.startsWith(' '))).toEqual([]);
    expect(placesIn(api.json('/api', aggregated) as Aggregated)).toEqual(expect.arrayContaining(places.filter(legacy).map(text)));
    expect(api.json('/apis', 'application/json')).toMatchObject({ kind: 'APIGroupList' });
    expect(api.raw('GET', '/apis', { headers: { accept: 'application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList' } }).code).toBe(406);
  });

  behaviour('api-machinery-028', () => {
    const { api, until } = startConformance();
    const listed = () => placesIn(api.json('/apis', aggregated) as Aggregated);
    expect(listed()).not.toContain(text(custom));
    defineCustom(api);
    until('the resource is listed', () => listed().includes(text(custom)));
  });
});

describe('discovery', () => {
  behaviour('api-machinery-048', () => {
    const { api } = startConformance();
    for (const [group, version, resource] of places) {
      const list = api.json(group ? `/apis/${group}/${version}` : `/api/${version}`) as ResourceList;
      expect(list.groupVersion).toBe(group ? `${group}/${version}` : version);
      expect(list.resources.map(({ name }) => name)).toContain(resource);
    }
  });

  behaviour('api-machinery-049', () => {
    const { api } = startConformance();
    const { groups } = api.json('/apis/') as { readonly groups: readonly GroupEntry[] };
    expect(groups.map(({ name }) => name)).toEqual(expect.arrayContaining([...new Set(places.filter((place) => !legacy(place)).map(([group]) => group))]));
    for (const { name } of groups) {
      const { versions, preferredVersion } = api.json(`/apis/${name}/`) as GroupEntry;
      expect(versions.map(({ groupVersion }) => groupVersion)).toContain(preferredVersion.groupVersion);
      expect(preferredVersion.groupVersion).toBe(`${name}/${preferredVersion.version}`);
    }
  });

  behaviour('api-machinery-100', () => {
    const { major, minor } = startConformance().api.json('/version') as { readonly major: string; readonly minor: string };
    expect(major).toMatch(/^[1-9]$/);
    expect(minor).toMatch(/^[0-9]+$/);
  });
});

behaviour('api-machinery-089', () => {
  const { api } = startConformance();
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { nonResourceAttributes: { path: '/', verb: 'get' } } };
  const post = (accept: string) => api.raw('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { body: review, headers: { accept, 'content-type': 'application/json' } });
  const refused = post('application/json;as=Table;v=v1;g=meta.k8s.io');
  expect(refused.code).toBe(406);
  expect(JSON.parse(refused.body)).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'NotAcceptable', code: 406 });
  expect(post('application/json').code).toBe(201);
});
