import { keyOf } from '../../api/keys';
import { StatusError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { HorizontalPodAutoscalers } from '../../kinds/served';
import { setCondition } from '../../kinds/core/pod-conditions';
import { Pods } from '../../kinds/core/pod';
import type { Kind } from '../../kinds/define';
import { equal } from '../../lib/equality';
import { SelectorError, type Selector } from '../../lib/selectors';
import { parseSelector } from '../../lib/selector-text';
import { timestamp } from '../../lib/timestamp';
import { selectedBy } from '../../runtime/by-label';
import { defineStatefulController, type AnyController, type Context } from '../../runtime/controller';
import { byNamespace } from '../../runtime/informer';
import type {
  AutoscalingV2HorizontalPodAutoscaler as Autoscaler, AutoscalingV2HorizontalPodAutoscalerStatus as Status, HorizontalPodAutoscalerCondition, MetricStatus, Pod, Scale,
} from '../../schema/types';
import { afterScaling, nothingKnown, withinLimits, type Memory } from './limits';
import { MetricFailure, type Measured } from './measured';
import { replicasFor } from './sources';
import { toleranceOf } from './tolerance';

/** Upstream's --horizontal-pod-autoscaler-sync-period. */
const syncMs = 15_000;

/** What is remembered of an autoscaler between two looks. */
type Known = { readonly uid: string; readonly dueAt: number; readonly memory: Memory; readonly selector?: Selector };
type Condition = Omit<HorizontalPodAutoscalerCondition, 'lastTransitionTime'>;

/** What one look finds, collected until the status is written. */
class Look {
  status: Status;
  constructor(readonly autoscaler: Autoscaler, readonly context: Context) { this.status = autoscaler.status ?? { desiredReplicas: 0 }; }

  say(type: string, status: 'True' | 'False', reason: string, message: string): void {
    const condition: Condition = { type, status, reason, message };
    this.status = setCondition<HorizontalPodAutoscalerCondition, Status>(this.status, { ...condition, lastTransitionTime: timestamp(this.context.now()) });
  }
  warn(reason: string, message: string): void { this.context.event({ object: this.autoscaler, type: 'Warning', reason, message }); }
  write(): void { if (!equal(this.status, this.autoscaler.status)) this.context.api.update(HorizontalPodAutoscalers, { ...this.autoscaler, status: this.status }, 'status'); }
}

type Target = { readonly kind: Kind<KubeObject>; readonly scale: Scale & KubeObject; readonly resourceOf: Measured['resourceOf'] };

/** Scales what HorizontalPodAutoscalers are about by what its pods use, every fifteen seconds. `kinds` are those that are served. */
export const horizontalPodAutoscalerController = (kinds: () => Iterable<Kind<KubeObject>>): AnyController => defineStatefulController<Autoscaler>('horizontal-pod-autoscaler', () => {
  const known = new Map<string, Known>();
  return {
    for: HorizontalPodAutoscalers,
    reconcile(key, context) {
      const autoscaler = context.informer(HorizontalPodAutoscalers).get(key);
      if (!autoscaler) return void known.delete(key);
      const { uid } = autoscaler.metadata;
      const before = known.get(key);
      const last = before?.uid === uid ? before : { uid, dueAt: context.now() + syncMs, memory: nothingKnown };
      if (context.now() < last.dueAt) {
        known.set(key, last);
        return { requeueAfterMs: last.dueAt - context.now() };
      }
      known.set(key, { ...last, dueAt: context.now() + syncMs });
      const look = new Look(autoscaler, context);
      const others = (pods: readonly Pod[]): readonly string[] => {
        const siblings = [...context.informer(HorizontalPodAutoscalers).by(byNamespace, autoscaler.metadata.namespace)].map((each) => keyOf(each));
        return siblings.filter((sibling) => { const selector = known.get(sibling)?.selector;
          return sibling === key || (selector && pods.some(({ metadata }) => selector.matches(metadata.labels))); }).sort();
      };
      const target = targetOf(look, kinds);
      if (target) {
        const selector = selectorIn(target, look);
        if (selector) known.set(key, { ...last, dueAt: context.now() + syncMs, selector });
        const memory = rescale(look, target, selector, last.memory, others);
        known.set(key, { ...last, dueAt: context.now() + syncMs, memory, ...(selector && { selector }) });
      }
      look.write();
      return { requeueAfterMs: syncMs };
    },
  };
});

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');
const kindNamed = (kinds: Iterable<Kind<KubeObject>>, apiVersion = '', name: string): Kind<KubeObject> | undefined =>
  [...kinds].find((each) => each.kind === name && each.group === groupOf(apiVersion));

/** What shall be scaled, at the size it has. */
function targetOf(look: Look, kinds: () => Iterable<Kind<KubeObject>>): Target | undefined {
  const { autoscaler: { metadata: { namespace }, spec: { scaleTargetRef: { apiVersion = '', kind: wanted, name } } }, context: { api } } = look;
  const group = groupOf(apiVersion);
  const kind = kindNamed(kinds(), apiVersion, wanted);
  try {
    if (!kind) throw new StatusError('NotFound', `no matches for kind ${JSON.stringify(wanted)} in group ${JSON.stringify(group)}`);
    const scale: Scale & KubeObject = api.get(kind, { namespace, name }, 'scale');
    look.say('AbleToScale', 'True', 'SucceededGetScale', "the HPA controller was able to get the target's current scale");
    return { kind, scale, resourceOf: (version, called) => kindNamed(kinds(), version, called) };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    look.warn('FailedGetScale', error.message);
    look.say('AbleToScale', 'False', 'FailedGetScale', `the HPA controller was unable to get the target's current scale: ${error.message}`);
    return undefined;
  }
}

const nobody: readonly Pod[] = [];

/** Decides and scales. What is remembered then. */
function rescale(look: Look, { kind, scale, resourceOf }: Target, selector: Selector | undefined, memory: Memory, others: (pods: readonly Pod[]) => readonly string[]): Memory {
  const { autoscaler, context: { api, event, informer, now } } = look;
  const { metadata: { namespace }, spec: { minReplicas = 1, maxReplicas, behavior } } = autoscaler;
  const current = scale.spec?.replicas ?? 0;
  let noted: Memory = memory.recommendations.length > 0 ? memory : { ...memory, recommendations: [{ at: now(), replicas: current }] };
  let metrics: readonly MetricStatus[] | undefined;
  let desired = current;
  let why = '';
  if (current === 0 && minReplicas !== 0) {
    desired = 0;
    look.say('ScalingActive', 'False', 'ScalingDisabled', 'scaling is disabled since the replica count of the target is zero');
  } else if (current > maxReplicas) {
    [desired, why] = [maxReplicas, 'Current number of replicas above Spec.MaxReplicas'];
  } else if (current < minReplicas) {
    [desired, why] = [minReplicas, 'Current number of replicas below Spec.MinReplicas'];
  } else {
    const pods = selector ? [...selectedBy(informer(Pods), namespace, selector)] : nobody;
    const wanted = selector && selectsAlone(look, selector, others(pods))
      ? byMetrics(look, { namespace, selector: selector.toString(), pods, current, running: scale.status?.replicas ?? 0, tolerance: toleranceOf(behavior), resourceOf }) : undefined;
    if (!wanted?.name) {
      look.status = statusOf(look.status, current, look.status.desiredReplicas, wanted?.statuses ?? look.status.currentMetrics);
      return noted;
    }
    metrics = wanted.statuses;
    const limited = withinLimits(autoscaler.spec, current, wanted.replicas, noted, now());
    noted = { ...noted, recommendations: limited.recommendations };
    look.say('AbleToScale', 'True', limited.stabilized?.reason ?? 'ReadyForNewScale', limited.stabilized?.message ?? 'recommended size matches current size');
    look.say('ScalingLimited', limited.limited.status, limited.limited.reason, limited.limited.message);
    desired = limited.replicas;
    why = wanted.replicas > current ? `${wanted.name} above target` : wanted.replicas < current ? 'All metrics below target' : '';
  }
  if (desired === current) {
    look.status = statusOf(look.status, current, current, metrics);
    return noted;
  }
  try {
    api.update(kind, { ...scale, spec: { replicas: desired } } as KubeObject, 'scale');
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    look.warn('FailedRescale', `New size: ${desired}; reason: ${why}; error: ${error.message}`);
    look.say('AbleToScale', 'False', 'FailedUpdateScale', `the HPA controller was unable to update the target scale: ${error.message}`);
    look.status = statusOf(look.status, current, look.status.desiredReplicas, look.status.currentMetrics);
    return noted;
  }
  look.say('AbleToScale', 'True', 'SucceededRescale', `the HPA controller was able to update the target scale to ${desired}`);
  event({ object: autoscaler, type: 'Normal', reason: 'SuccessfulRescale', message: `New size: ${desired}; reason: ${why}` });
  look.status = { ...statusOf(look.status, current, desired, metrics), lastScaleTime: timestamp(now()) };
  return afterScaling(noted, behavior, current, desired, now());
}

function statusOf({ conditions, lastScaleTime }: Status, currentReplicas: number, desiredReplicas: number, currentMetrics: readonly MetricStatus[] | undefined): Status {
  return { ...(lastScaleTime !== undefined && { lastScaleTime }), currentReplicas, desiredReplicas, ...(currentMetrics && { currentMetrics }), ...(conditions && { conditions }) };
}

function selectorIn({ scale }: Target, look: Look): Selector | undefined {
  const text = scale.status?.selector ?? '';
  try {
    if (text !== '') return parseSelector(text);
    look.warn('SelectorRequired', 'selector is required');
    look.say('ScalingActive', 'False', 'InvalidSelector', "the HPA target's scale is missing a selector");
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    const message = `couldn't convert selector into a corresponding internal selector object: ${error.message}`;
    look.warn('InvalidSelector', message);
    look.say('ScalingActive', 'False', 'InvalidSelector', message);
  }
  return undefined;
}

/** Pods that several autoscalers would count are nobody's. */
function selectsAlone(look: Look, selector: Selector, selecting: readonly string[]): boolean {
  if (selecting.length <= 1) return true;
  const message = `pods by selector ${selector.toString()} are controlled by multiple HPAs: [${selecting.join(' ')}]`;
  look.warn('AmbiguousSelector', message);
  look.say('ScalingActive', 'False', 'AmbiguousSelector', message);
  return false;
}

type Wanted = { readonly replicas: number; readonly name: string; readonly statuses: readonly MetricStatus[] };
const unknownMetric: MetricStatus = { type: '' };

/** The most that any metric asks for. Without a name nothing follows: all failed, or some did and the others would scale down. */
function byMetrics(look: Look, measured: Measured): Wanted {
  const { autoscaler: { spec: { metrics = [] } }, context } = look;
  let wanted = { replicas: 0, name: '' };
  const statuses: MetricStatus[] = [];
  const failures: MetricFailure[] = [];
  for (const metric of metrics) {
    try {
      const { replicas, name, status } = replicasFor(metric, measured, context);
      statuses.push(status);
      if (wanted.name === '' || replicas > wanted.replicas) wanted = { replicas, name };
    } catch (error) {
      if (!(error instanceof MetricFailure)) throw error;
      look.warn(error.reason, error.message);
      statuses.push(unknownMetric);
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first && (failures.length === metrics.length || wanted.replicas < measured.current)) {
    look.say('ScalingActive', 'False', first.reason, `the HPA was unable to compute the replica count: ${first.message}`);
    look.warn('FailedComputeMetricsReplicas', `invalid metrics (${failures.length} invalid out of ${metrics.length}), first error is: ${first.prefix}${first.message}`);
    return { replicas: -1, name: '', statuses };
  }
  look.say('ScalingActive', 'True', 'ValidMetricFound', `the HPA was able to successfully calculate a replica count from ${wanted.name}`);
  return { ...wanted, statuses };
}
