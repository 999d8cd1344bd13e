import { concat, map, mergeMap, of, timer, type Observable } from 'rxjs';
import type { KubeObject } from '../api/types';
import { defineKind, type Kind } from '../kinds/define';
import type { Informers } from '../runtime/informers';

/** Watched, and never written here. */
const definitions = defineKind<KubeObject>('customresourcedefinitions.apiextensions.k8s.io');

/** The server serves a definition's kind a moment after it says so: discovery is asked again this much later. */
const discoveryMs = 1_000;

/** Tells of every change after which other kinds may be served than before. */
export function servedKindsChange(informers: Informers): Observable<void> {
  return informers.of<KubeObject>(definitions).changes.pipe(mergeMap(() => concat(of(undefined), timer(discoveryMs, informers.scheduler).pipe(map(() => undefined)))));
}

/** What came and what went between two sets of kinds, by their resources; a resource served at another version did both. */
export function comingAndGoing(before: ReadonlyMap<string, Kind>, after: Iterable<Kind>): { readonly come: readonly Kind[]; readonly gone: readonly string[] } {
  const now = new Map([...after].map((kind) => [kind.resource, kind]));
  const stays = (resource: string) => before.get(resource)?.apiVersion === now.get(resource)?.apiVersion;
  return { come: [...now.values()].filter(({ resource }) => !stays(resource)), gone: [...before.keys()].filter((resource) => !stays(resource)) };
}
