import type { AutoscalingV2HorizontalPodAutoscalerSpec, HPAScalingRules } from '../../schema/types';

/** A recommendation, or a change of so many replicas, and when it was. */
export type Noted = { readonly at: number; readonly replicas: number };

/** What is remembered of one autoscaler; nothing survives a restart of the controller. */
export type Memory = { readonly recommendations: readonly Noted[]; readonly ups: readonly Noted[]; readonly downs: readonly Noted[] };
export const nothingKnown: Memory = { recommendations: [], ups: [], downs: [] };

export type Finding = { readonly reason: string; readonly message: string };
/** How many replicas there shall be, what becomes of the conditions, and what is remembered. */
export type Limited = { readonly replicas: number; readonly stabilized: Finding | undefined; readonly limited: Finding & { readonly status: 'True' | 'False' };
  readonly recommendations: readonly Noted[] };

/** Upstream's --horizontal-pod-autoscaler-downscale-stabilization. */
const downscaleWindowSeconds = 300;

const findings = {
  lowest: { reason: 'ScaleUpStabilized', message: 'recent recommendations were lower than current one, applying the lowest recent recommendation' },
  highest: { reason: 'ScaleDownStabilized', message: 'recent recommendations were higher than current one, applying the highest recent recommendation' },
  fast: { reason: 'ScaleUpLimit', message: 'the desired replica count is increasing faster than the maximum scale rate' },
  most: { reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' },
  slow: { reason: 'ScaleDownLimit', message: 'the desired replica count is decreasing faster than the maximum scale rate' },
  least: { reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' },
  fine: { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' },
} as const;

type Spec = Pick<AutoscalingV2HorizontalPodAutoscalerSpec, 'minReplicas' | 'maxReplicas' | 'behavior'>;

/** Brings what the metrics ask for between the limits, as upstream: first steadied by recent recommendations, then slowed down, then within bounds. */
export function withinLimits(spec: Spec, current: number, desired: number, memory: Memory, now: number): Limited {
  return spec.behavior ? byBehavior(spec, spec.behavior, current, desired, memory, now) : byHabit(spec, current, desired, memory, now);
}

const limitedTo = (wanted: number, replicas: number, finding: Finding): Limited['limited'] => ({ ...(wanted === replicas ? findings.fine : finding), status: wanted === replicas ? 'False' : 'True' });

/** Without a behavior: down no further than anything recommended within five minutes, up to twice as many or four. */
function byHabit({ minReplicas = 1, maxReplicas }: Spec, current: number, desired: number, { recommendations }: Memory, now: number): Limited {
  const recent = recommendations.filter(({ at }) => at >= now - downscaleWindowSeconds * 1_000);
  const steady = Math.max(desired, ...recent.map(({ replicas }) => replicas));
  const fastest = Math.max(2 * current, 4);
  const highest = Math.min(maxReplicas, fastest);
  const replicas = steady < minReplicas ? minReplicas : Math.min(steady, highest);
  const finding = steady < minReplicas ? findings.least : maxReplicas > fastest ? findings.fast : findings.most;
  return {
    replicas, stabilized: steady === desired ? undefined : findings.highest, limited: limitedTo(steady, replicas, finding),
    recommendations: [...recent, { at: now, replicas: desired }],
  };
}

type Behavior = NonNullable<Spec['behavior']>;

function byBehavior({ minReplicas = 1, maxReplicas }: Spec, { scaleUp = {}, scaleDown = {} }: Behavior, current: number, desired: number, memory: Memory, now: number): Limited {
  const upFrom = now - (scaleUp.stabilizationWindowSeconds ?? 0) * 1_000;
  const downFrom = now - (scaleDown.stabilizationWindowSeconds ?? downscaleWindowSeconds) * 1_000;
  const within = (from: number) => memory.recommendations.filter(({ at }) => at > from).map(({ replicas }) => replicas);
  const steady = Math.min(Math.max(current, Math.min(desired, ...within(upFrom))), Math.max(desired, ...within(downFrom)));
  const { replicas, finding } = slowed(steady, current, { minReplicas, maxReplicas, scaleUp, scaleDown }, memory, now);
  return {
    replicas, stabilized: steady === desired ? undefined : desired >= current ? findings.lowest : findings.highest, limited: limitedTo(steady, replicas, finding),
    recommendations: [...memory.recommendations.filter(({ at }) => at >= Math.min(upFrom, downFrom)), { at: now, replicas: desired }],
  };
}

type Rules = Required<Behavior> & { readonly minReplicas: number; readonly maxReplicas: number };

function slowed(desired: number, current: number, { minReplicas, maxReplicas, scaleUp, scaleDown }: Rules, memory: Memory, now: number): { readonly replicas: number; readonly finding: Finding } {
  if (desired > current) {
    const fastest = Math.max(current, upLimit(current, scaleUp, memory, now));
    return { replicas: Math.min(desired, maxReplicas, fastest), finding: maxReplicas > fastest ? findings.fast : findings.most };
  }
  if (desired < current) {
    const slowest = Math.min(current, downLimit(current, scaleDown, memory, now));
    return { replicas: Math.max(desired, minReplicas, slowest), finding: minReplicas < slowest ? findings.slow : findings.least };
  }
  return { replicas: desired, finding: findings.fine };
}

const changedWithin = (changes: readonly Noted[], periodSeconds: number, now: number): number =>
  changes.reduce((sum, { at, replicas }) => (at > now - periodSeconds * 1_000 ? sum + replicas : sum), 0);

/** How many replicas there were when a policy's period began. */
const atPeriodStart = (current: number, { ups, downs }: Memory, periodSeconds: number, now: number): number =>
  current - changedWithin(ups, periodSeconds, now) + changedWithin(downs, periodSeconds, now);

function upLimit(current: number, { selectPolicy, policies = [] }: HPAScalingRules, memory: Memory, now: number): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = atPeriodStart(current, memory, periodSeconds, now);
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
  });
  return selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits);
}

function downLimit(current: number, { selectPolicy, policies = [] }: HPAScalingRules, memory: Memory, now: number): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = atPeriodStart(current, memory, periodSeconds, now);
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  return selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits);
}

const longestPeriodMs = ({ policies = [] }: HPAScalingRules): number => Math.max(0, ...policies.map(({ periodSeconds }) => periodSeconds)) * 1_000;

/** What is remembered after the target was scaled. Without a behavior nobody asks how fast. */
export function afterScaling(memory: Memory, behavior: Behavior | undefined, from: number, to: number, now: number): Memory {
  if (!behavior) return memory;
  const keptMs = Math.max(longestPeriodMs(behavior.scaleUp ?? {}), longestPeriodMs(behavior.scaleDown ?? {}));
  const kept = (changes: readonly Noted[]) => changes.filter(({ at }) => at >= now - keptMs);
  return to > from
    ? { ...memory, ups: [...kept(memory.ups), { at: now, replicas: to - from }], downs: kept(memory.downs) }
    : { ...memory, ups: kept(memory.ups), downs: [...kept(memory.downs), { at: now, replicas: from - to }] };
}
