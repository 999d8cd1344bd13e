import { Subject, type Observable } from 'rxjs';
import type { KubeObject } from '../api/types';
import type { Kind } from './define';

const pathKey = (group: string, version: string, plural: string): string => `${group}/${version}/${plural}`;

/** Every kind that is served at the moment: the built-in ones, and custom resources as they come and go. */
export class KindCatalog {
  readonly #byResource = new Map<string, readonly Kind<KubeObject>[]>();
  readonly #changes = new Subject<string>();
  readonly #byPath = new Map<string, Kind<KubeObject>>();
  #revision = 0;
  /** Looked at with every request, and seldom changed. */
  #served: { readonly revision: number; readonly versions: ReadonlySet<string> } = { revision: -1, versions: new Set() };

  /** Of several versions of a resource the first given is the preferred one. */
  constructor(kinds: Iterable<Kind<KubeObject>>) {
    const versions = new Map<string, Kind<KubeObject>[]>();
    for (const kind of kinds) versions.set(kind.resource, [...(versions.get(kind.resource) ?? []), kind]);
    for (const [resource, of] of versions) this.set(resource, of);
  }

  /** Counts changes: what was derived from the catalogue holds as long as this stays. */
  get revision(): number { return this.#revision; }

  /** Resources that are served otherwise from now on, or no more. */
  get changes(): Observable<string> { return this.#changes; }

  /** The kind of `plural.group` at a version, or at the preferred one. */
  find(resource: string, version?: string): Kind<KubeObject> | undefined {
    const versions = this.#byResource.get(resource);
    return version === undefined ? versions?.[0] : versions?.find((kind) => kind.version === version);
  }

  /** What a path names. */
  at(group: string, version: string, plural: string): Kind<KubeObject> | undefined { return this.#byPath.get(pathKey(group, version, plural)); }

  /** Whether anything is served of this group version. */
  serves(group: string, version: string): boolean {
    if (this.#served.revision !== this.#revision) this.#served = { revision: this.#revision, versions: new Set([...this.all()].map((kind) => `${kind.group}/${kind.version}`)) };
    return this.#served.versions.has(`${group}/${version}`);
  }

  /** Every version of every resource, preferred versions first within a resource. */
  *all(): IterableIterator<Kind<KubeObject>> { for (const versions of this.#byResource.values()) yield* versions; }

  /** One kind for each resource, at its preferred version. */
  *preferred(): IterableIterator<Kind<KubeObject>> { for (const [first] of this.#byResource.values()) if (first) yield first; }

  /** Serves a resource at these versions, preferred first, and no others. */
  set(resource: string, versions: readonly Kind<KubeObject>[]): void {
    this.#drop(resource);
    this.#byResource.set(resource, versions);
    for (const kind of versions) this.#byPath.set(pathKey(kind.group, kind.version, kind.facts.plural), kind);
    this.#changes.next(resource);
  }

  remove(resource: string): void {
    this.#drop(resource);
    this.#changes.next(resource);
  }

  #drop(resource: string): void {
    for (const { group, version, facts } of this.#byResource.get(resource) ?? []) this.#byPath.delete(pathKey(group, version, facts.plural));
    this.#byResource.delete(resource);
    this.#revision++;
  }
}
