import { concatMap, debounceTime, defer, distinctUntilChanged, from, map, merge, of, type Observable } from 'rxjs';
import type { KubeObject } from '../../src/api/types';
import { discover } from '../../src/kubectl/discovery';
import type { Door } from './door';
import { ServedKinds } from './kinds';
import { retryLater } from './reflect';

/** What changes of these may change what is served. */
const definers = ['customresourcedefinitions.apiextensions.k8s.io', 'apiservices.apiregistration.k8s.io'];
const settleMs = 60;

/** The kinds that are served, asked for anew whenever a definition has changed; nothing is told when that made no difference. */
export const servedKinds = (door: Door): Observable<ServedKinds> =>
  merge(of(undefined), ...definers.map((resource) => changesOf(door, resource))).pipe(
    debounceTime(settleMs),
    concatMap(() => discover(door)),
    distinctUntilChanged(),
    map((resources) => new ServedKinds(resources)),
  );

const changesOf = (door: Door, resource: string): Observable<unknown> => defer(() => from(door.call({ verb: 'list', resource, as: 'metadata' }))).pipe(
  concatMap(({ body }) => {
    const { metadata } = body as { readonly metadata: { readonly resourceVersion: string } };   // every list has one
    return door.watch({ resource, as: 'metadata', since: metadata.resourceVersion });
  }),
  map((event: { readonly object: KubeObject }) => event),
  retryLater(),
);
