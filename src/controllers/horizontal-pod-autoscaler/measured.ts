import { milliValue } from '../../lib/quantity';
import type { MetricStatus, MetricTarget, Pod } from '../../schema/types';
import type { Tolerance } from './tolerance';

/** What metrics are taken of. `current` is the size that is wanted at the moment, `running` how many pods the target says it has. */
export type Measured = {
  readonly namespace: string;
  readonly selector: string;
  readonly pods: readonly Pod[];
  readonly current: number;
  readonly running: number;
  readonly tolerance: Tolerance;
  /** Where objects of a kind are served: `services`, `ingresses.networking.k8s.io`. */
  resourceOf(apiVersion: string | undefined, kind: string): { readonly resource: string; readonly namespaced: boolean } | undefined;
};

export type MetricResult = { readonly replicas: number; readonly name: string; readonly status: MetricStatus };

/** A metric that cannot be used: what the condition and its event say, and what is said of the metric among others. */
export class MetricFailure extends Error {
  constructor(readonly reason: string, message: string, readonly prefix: string) { super(message); }
}

/** Targets in thousandths. */
export const averageMilli = ({ averageValue }: MetricTarget): number | undefined => (averageValue === undefined ? undefined : milliValue(averageValue));
export const valueMilli = ({ value }: MetricTarget): number | undefined => (value === undefined ? undefined : milliValue(value));
