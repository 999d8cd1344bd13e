import type { PodSpec, Toleration } from '../../schema/types';
import { isPod, SpecMemo, withSpec } from './pod-spec';
import type { Admission } from './types';

const tolerationSeconds = 300;
const taints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;
const memo = new SpecMemo();

/** A pod stays 300 s on a node that is not ready or not reachable, unless it says otherwise. */
export const defaultTolerationSeconds: Admission = {
  name: 'DefaultTolerationSeconds',
  resources: ['pods'],

  mutate(object, { operation, subresource }) {
    if (operation !== 'create' || subresource || !isPod(object)) return object;
    return withSpec(object, memo.of(object.spec, '', () => tolerant(object.spec)));
  },
};

function tolerant(spec: PodSpec): PodSpec {
  const present = spec.tolerations ?? [];
  const missing = taints.filter((key) => !present.some((toleration) => covers(toleration, key)));
  if (missing.length === 0) return spec;
  return { ...spec, tolerations: [...present, ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds }))] };
}

const covers = ({ key, effect }: Toleration, taint: string): boolean => (!key || key === taint) && (!effect || effect === 'NoExecute');
