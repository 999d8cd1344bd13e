import type { PersistentVolumeClaim } from '../../schema/types';

const classAnnotation = 'volume.beta.kubernetes.io/storage-class';

/** The claim's storage class by its annotation of old or its field; undefined when it names none, empty when it wants none. */
export const storageClassOf = ({ metadata, spec }: PersistentVolumeClaim): string | undefined => metadata.annotations?.[classAnnotation] ?? spec.storageClassName;
