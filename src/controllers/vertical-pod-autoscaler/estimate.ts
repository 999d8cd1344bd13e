import type { Amounts, ContainerPolicy, ContainerRecommendation, VerticalPodAutoscalerSpec } from '../../kinds/add-ons/vertical-pod-autoscaler';
import { compareQuantities, milliQuantity, wholeQuantity } from '../../lib/quantity';
import type { Aggregate } from './aggregate';

/** Upstream's defaults: which percentile each bound is, what is added to it, and how a short history widens it. */
const bounds = {
  lowerBound: { percentile: 0.5, multiplier: 0.001, exponent: -2 },
  target: { percentile: 0.9, multiplier: 0, exponent: 0 },
  upperBound: { percentile: 0.95, multiplier: 1, exponent: 1 },
} as const;
const safetyMargin = 0.15;
/** Of a pod, shared by its containers. */
const least = { cpuMilli: 25, memoryBytes: 250 * 1024 * 1024 };
const most = 1e14;

const clipped = (amount: number): number => Math.floor(Math.min(most, Math.max(0, Number.isNaN(amount) ? 0 : amount)));
export const resources = ['cpu', 'memory'] as const;

/** The policy for a container: its own, or that of `*`. */
export function policyOf({ resourcePolicy }: VerticalPodAutoscalerSpec, container: string): ContainerPolicy {
  const policies = resourcePolicy?.containerPolicies ?? [];
  return policies.find(({ containerName }) => containerName === container) ?? policies.find(({ containerName }) => containerName === '*') ?? {};
}

/** The amounts within what the policy allows. */
export function capped(amounts: Amounts, { minAllowed, maxAllowed }: ContainerPolicy): Amounts {
  const within = (resource: keyof Amounts, amount: string): string => {
    const [low, high] = [minAllowed?.[resource], maxAllowed?.[resource]];
    const raised = low !== undefined && compareQuantities(amount, low) < 0 ? low : amount;
    return high !== undefined && compareQuantities(raised, high) > 0 ? high : raised;
  };
  return Object.fromEntries(resources.flatMap((resource) => { const amount = amounts[resource]; return amount === undefined ? [] : [[resource, within(resource, amount)]]; }));
}

/** What each container should request, by what it used, in the order of names. Containers without samples, or whose policy is off, have none. */
export function recommend(spec: VerticalPodAutoscalerSpec, aggregates: ReadonlyMap<string, Aggregate>): readonly ContainerRecommendation[] {
  const known = [...aggregates].filter(([name, { samples }]) => samples > 0 && policyOf(spec, name).mode !== 'Off').sort(([a], [b]) => (a < b ? -1 : 1));
  return known.map(([containerName, aggregate]) => {
    const policy = policyOf(spec, containerName);
    const estimate = (bound: keyof typeof bounds): Amounts => {
      const amounts = estimated(aggregate, bound, 1 / known.length);
      return Object.fromEntries(Object.entries(amounts).filter(([resource]) => !policy.controlledResources || policy.controlledResources.some((each) => each === resource)));
    };
    const target = estimate('target');
    return {
      containerName, lowerBound: capped(estimate('lowerBound'), policy), target: capped(target, policy), uncappedTarget: target, upperBound: capped(estimate('upperBound'), policy),
    };
  });
}

function estimated({ cpu, memory, confidence }: Aggregate, bound: keyof typeof bounds, share: number): Amounts {
  const { percentile, multiplier, exponent } = bounds[bound];
  const scale = multiplier === 0 ? 1 : (1 + multiplier / confidence) ** exponent;
  const amount = (used: number, minimum: number): number => {
    const raw = clipped(used);
    return Math.max(clipped((raw + clipped(raw * safetyMargin)) * scale), clipped(minimum * share));
  };
  return {
    cpu: milliQuantity(amount(cpu.percentile(percentile) * 1_000, least.cpuMilli)),
    memory: wholeQuantity(amount(memory.percentile(percentile), least.memoryBytes), 'DecimalSI'),
  };
}
