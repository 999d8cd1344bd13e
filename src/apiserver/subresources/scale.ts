import { invalid, invalidValue, StatusError } from '../../api/status';
import type { ApiResponse, KubeObject } from '../../api/types';
import type { Deployment, ReplicaSet, Scale } from '../../schema/types';
import { selectorOf } from '../../lib/selectors';
import { timestamp } from '../../lib/timestamp';
import { emptyStruct } from '../../schema/decode';
import { shapeOfDefinition } from '../../schema/field-set/shape-of';
import { customScaleOf, withCustomReplicas } from '../apiextensions/scale';
import { nameOf, namespaceOf, type Scope } from '../context';
import { checkVersion } from '../metadata';
import type { Identity } from '../ownership/owners';
import { Ownership, ownersOf } from '../ownership/record';
import { ownersAfterScale, ownersOfScale, scaleVersion } from '../ownership/scale';
import { ownersAfterUpdate } from '../ownership/update';
import { oneVersion } from '../ownership/versions';
import { managerOf } from '../ownership/writer';
import { checkApplication, configOf, merge } from '../verbs/apply';
import { storeChange } from '../write';
import { patched } from '../verbs/patch';

/** Kinds with replicas: all have the same three fields. */
type Scalable = Deployment | ReplicaSet;
const isScalable = (object: KubeObject): object is Scalable => 'spec' in object;
const scaleKind = { resource: 'scales.autoscaling', kind: 'Scale', group: 'autoscaling' };

/** Reads or writes the number of replicas as an autoscaling/v1 Scale. */
export function scale(scope: Scope): ApiResponse {
  const { context: { storage }, kind, request } = scope;
  const object = storage.get(kind, namespaceOf(scope), nameOf(scope));
  const { read, write } = scalingOf(scope);
  const current = read(object);
  if (request.verb === 'get') return { code: 200, body: current };
  const { wanted, ownership } = request.patchType === 'apply' ? appliedTo(scope, object, current) : changeOf(scope, object, current);
  checkVersion(scope, wanted, object);
  const stored = storeChange(scope, write(object, replicasOf(wanted, object.metadata.name)), object, ownership);
  return { code: 200, body: read(stored) };
}

/** How a kind's objects are read and written as Scales. */
type Scaling = { read(object: KubeObject): KubeScale; write(object: KubeObject, replicas: number): KubeObject };

function scalingOf({ kind }: Scope): Scaling {
  const paths = kind.schema?.scale;
  if (paths) return { read: (object) => customScaleOf(object, paths), write: (object, replicas) => withCustomReplicas(object, paths, replicas) };
  const scalable = (object: KubeObject): Scalable => {
    if (!isScalable(object)) throw new StatusError('InternalError', `${kind.resource} cannot be scaled`);
    return object;
  };
  return { read: (object) => scaleOf(scalable(object)), write: (object, replicas) => withReplicas(scalable(object), replicas) };
}

/** A Scale says what it is, as every object does that is answered with. */
type KubeScale = Scale & KubeObject;

/** The Scale as it shall be, and who owns what of the object then. */
type Wanted = { readonly wanted: Partial<Scale>; readonly ownership: Ownership };

function changeOf(scope: Scope, object: KubeObject, current: KubeScale): Wanted {
  const { context: { scheduler }, kind, request } = scope;
  const wanted = (request.verb === 'patch' ? patched(scope, { ...current }) : request.body) as Partial<Scale>;
  const owners = ownersOf(scope.context.kinds, object);
  const before = ownersOfScale(owners);
  if (before.size === 0) return { wanted, ownership: Ownership.of(owners) };   // what nobody owns is not tracked from here, as upstream
  const by: Identity = { manager: managerOf(request), operation: 'Update', apiVersion: scaleVersion, subresource: 'scale' };
  const step = { versions: versionsOfScale, before: current, after: { ...current, spec: { replicas: replicasOf(wanted, object.metadata.name) } } as KubeScale };
  return { wanted, ownership: Ownership.of(ownersAfterScale(owners, ownersAfterUpdate(step, before, by, timestamp(scheduler.now())), kind.apiVersion)) };
}

function appliedTo(scope: Scope, object: KubeObject, current: KubeScale): Wanted {
  checkApplication(scope);
  const config = configOf(scope.request.body, { kind: 'Scale', apiVersion: scaleVersion });
  const owners = ownersOf(scope.context.kinds, object);
  const merged = merge(scope, { versions: versionsOfScale, empty: nothing, live: current, config, owners: ownersOfScale(owners), apiVersion: scaleVersion });
  return { wanted: (merged.object ?? current) as KubeScale, ownership: Ownership.of(ownersAfterScale(owners, merged.owners, scope.kind.apiVersion)) };
}

const definition = 'io.k8s.api.autoscaling.v1.Scale';
const versionsOfScale = oneVersion(shapeOfDefinition(definition), scaleVersion);
const nothing = { ...emptyStruct(definition), kind: 'Scale', apiVersion: scaleVersion } as KubeScale;   // a Go struct with nothing in it

export function scaleOf({ metadata, spec, status }: Scalable): KubeScale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas ?? 0 },
    status: { replicas: status?.replicas ?? 0, selector: selectorOf(spec.selector).toString() },
  };
}

function replicasOf({ spec }: Partial<Scale>, name: string): number {
  const replicas: unknown = spec?.replicas ?? 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas))
    throw new StatusError('BadRequest', `Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal ${typeof replicas} into Go struct field ScaleSpec.spec.replicas of type int32`);
  if (replicas < 0) throw invalid(scaleKind, name, [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')]);
  return replicas;
}

const withReplicas = (object: Scalable, replicas: number): KubeObject => ({ ...object, spec: { ...object.spec, replicas } }) as Scalable;
