import type { KubeObject } from '../../api/types';
import { storageClassOf } from '../../kinds/core/storage-class-of';
import type { Kind } from '../../kinds/define';
import { IngressClasses } from '../../kinds/networking/ingressclass';
import { StorageClasses } from '../../kinds/storage/storageclass';
import { byText } from '../../lib/json';
import type { Ingress, PersistentVolumeClaim } from '../../schema/types';
import type { Storage } from '../storage';
import type { Admission } from './types';

const isClaim = (object: KubeObject): object is PersistentVolumeClaim => object.kind === 'PersistentVolumeClaim';
const isIngress = (object: KubeObject): object is Ingress => object.kind === 'Ingress';

/** A claim that names no storage class gets the default one, if there is one; one that names the empty class wants none. */
export const defaultStorageClass: Admission = {
  name: 'DefaultStorageClass',
  resources: ['persistentvolumeclaims'],

  mutate(object, { operation, subresource, storage }) {
    if (operation !== 'create' || subresource || !isClaim(object) || storageClassOf(object) !== undefined) return object;
    const storageClassName = defaultOf(storage, StorageClasses, 'storageclass.kubernetes.io/is-default-class');
    return storageClassName === undefined ? object : { ...object, spec: { ...object.spec, storageClassName } };
  },
};

const classAnnotation = 'kubernetes.io/ingress.class';

/** An ingress that names no class gets the default one, if there is one. */
export const defaultIngressClass: Admission = {
  name: 'DefaultIngressClass',
  resources: ['ingresses.networking.k8s.io'],

  mutate(object, { operation, subresource, storage }) {
    if (operation !== 'create' || subresource || !isIngress(object)) return object;
    if (object.spec?.ingressClassName !== undefined || object.metadata.annotations?.[classAnnotation] !== undefined) return object;
    const ingressClassName = defaultOf(storage, IngressClasses, 'ingressclass.kubernetes.io/is-default-class');
    return ingressClassName === undefined ? object : { ...object, spec: { ...object.spec, ingressClassName } };
  },
};

/** Of several classes that are marked as the default the newest is; of several as new the first by name. */
function defaultOf(storage: Storage, kind: Kind, annotation: string): string | undefined {
  const marked = storage.list(kind, undefined).filter(({ metadata }) => metadata.annotations?.[annotation] === 'true');
  const [first] = marked.sort(({ metadata: a }, { metadata: b }) => byText(b.creationTimestamp, a.creationTimestamp) || byText(a.name, b.name));
  return first?.metadata.name;
}
