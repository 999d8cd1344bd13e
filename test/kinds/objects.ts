import { decode } from '../../src/schema/decode';
import type { Container, Pod, PodSpec, PodStatus } from '../../src/schema/types';
import { podDefaults } from '../../src/kinds/core/pod-defaults';
import { deepFreeze } from '../../src/lib/freeze';

/** A pod spec as it is after decoding and defaulting, frozen as the store keeps it. */
export function podSpec(parts: Partial<PodSpec> = {}): PodSpec {
  const { value } = decode('io.k8s.api.core.v1.PodSpec', { containers: [{ name: 'c', image: 'nginx:1.27' }], ...parts });
  return deepFreeze(podDefaults(value as PodSpec)); // decoded by the definition of that type
}

export const container = (name: string, parts: Partial<Container> = {}): Container => ({ name, image: 'nginx:1.27', ...parts });

export function pod(spec: Partial<PodSpec> = {}, status: PodStatus = {}, metadata: Partial<Pod['metadata']> = {}): Pod {
  return deepFreeze({
    apiVersion: 'v1', kind: 'Pod', spec: podSpec(spec), status,
    metadata: { name: 'p', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
  });
}
