import { StatusError } from '../../src/api/status';
import type { KubeObject } from '../../src/api/types';
import { textAt } from '../../src/kubectl/values';
import type { Resources } from '../../src/kubectl/resources';
import { printYaml } from '../../src/lib/yaml';
import type { Door } from './door';
import { readManifest } from './manifest-text';

/** The command that takes another back, and the files it reads. */
export type Undo = { readonly line: string; readonly files?: Readonly<Record<string, string>> };

const fileName = 'before.yaml';
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
/** What belongs to one life of an object, not to what it says. */
const ofOneLife: ReadonlySet<string> = new Set(['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'deletionTimestamp', 'deletionGracePeriodSeconds']);

/** An object as somebody could have written it. */
function written(object: KubeObject): string {
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([field]) => !ofOneLife.has(field)));
  const { status: _status, ...rest } = object as KubeObject & { readonly status?: unknown };
  return printYaml({ ...rest, metadata });
}

/** Makes a deleted object again. Its uid is another one, and what it had grown is gone. */
export const afterDelete = (object: KubeObject): Undo => ({ line: `kubectl create -f ${fileName}`, files: { [fileName]: written(object) } });

/** What takes an apply of `text` back, as things stand before it: objects that were not there go, the others say what they said. */
export async function beforeApply(door: Door, resources: Resources, text: string, manifest: string): Promise<Undo | undefined> {
  const before: string[] = [];
  const fresh: string[] = [];
  for (const { object } of readManifest(text).parts) {
    const mapping = resources.ofKind(textAt(object, 'apiVersion'), textAt(object, 'kind'));
    const name = textAt(object, 'metadata', 'name');
    if (!mapping || !name) return undefined;
    const namespace = mapping.namespaced ? textAt(object, 'metadata', 'namespace') || 'default' : undefined;
    const live = await found(door, mapping.resource, namespace, name);
    const kind = resources.find(mapping.singular)?.resource === mapping.resource ? mapping.singular : mapping.resource;
    if (live) before.push(applied(live)); else fresh.push(`kubectl delete ${kind} ${name}${namespace === undefined || namespace === 'default' ? '' : ` -n ${namespace}`}`);
  }
  if (before.length === 0) return fresh.length === 0 ? undefined : { line: `kubectl delete -f ${manifest}`, files: { [manifest]: text } };
  return { line: [`kubectl apply -f ${fileName}`, ...fresh].join(' && '), files: { [fileName]: before.join('---\n') } };
}

/** What was applied last, where that is known: only that lets fields go again. */
function applied(live: KubeObject): string {
  const last = live.metadata.annotations?.[lastApplied];
  if (last === undefined) return written(live);
  const object: unknown = JSON.parse(last);
  return printYaml(object);
}

async function found(door: Door, resource: string, namespace: string | undefined, name: string): Promise<KubeObject | undefined> {
  try {
    const { body } = await door.call({ verb: 'get', resource, name, ...(namespace !== undefined && { namespace }) });
    return body as KubeObject;   // a get answers with the object
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}
