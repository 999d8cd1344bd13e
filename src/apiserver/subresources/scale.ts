import { invalid, invalidValue, StatusError } from '../../api/status';
import type { ApiResponse, KubeObject } from '../../api/types';
import type { Deployment, ReplicaSet, Scale } from '../../schema/types';
import { selectorOf } from '../../lib/selectors';
import { nameOf, namespaceOf, type Scope } from '../context';
import { checkVersion } from '../metadata';
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
  if (!isScalable(object)) throw new StatusError('InternalError', `${kind.resource} cannot be scaled`);
  const current = scaleOf(object);
  if (request.verb === 'get') return { code: 200, body: current };
  const wanted = (request.verb === 'patch' ? patched(scope, current) : request.body) as Partial<Scale>;
  checkVersion(scope, wanted, object);
  const stored = storeChange(scope, withReplicas(object, replicasOf(wanted, object.metadata.name)), object);
  return { code: 200, body: scaleOf(stored as Scalable) };
}

export function scaleOf({ metadata, spec, status }: Scalable): Scale {
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
