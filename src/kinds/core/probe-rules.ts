import { forbiddenField, invalidValue, required } from '../../api/status';
import { isHTTPHeaderName } from '../../lib/names';
import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from '../../schema/types';
import { named, nonNegative, oneOf, oneOfIfSet, portRules, type Errors } from '../rule-parts';

type Handler = Omit<LifecycleHandler, 'sleep'> & Pick<Probe, 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

export function* lifecycleRules({ postStart, preStop }: Lifecycle, graceSeconds: number | undefined, at: string): Errors {
  if (postStart) yield* handlerRules(postStart, graceSeconds, `${at}.postStart`);
  if (preStop) yield* handlerRules(preStop, graceSeconds, `${at}.preStop`);
}

export type ProbeKind = 'livenessProbe' | 'readinessProbe' | 'startupProbe';

export function* probeRules(probe: Probe, kind: ProbeKind, at: string): Errors {
  yield* handlerRules(probe, undefined, at);
  for (const key of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const)
    yield* nonNegative(`${at}.${key}`, probe[key]);
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) yield invalidValue(`${at}.terminationGracePeriodSeconds`, grace, 'must be greater than 0');
  if (kind === 'readinessProbe') {
    if (grace !== undefined) yield invalidValue(`${at}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes');
  } else if (probe.successThreshold !== 1) yield invalidValue(`${at}.successThreshold`, probe.successThreshold ?? 0, 'must be 1');
}

/** Exactly one way to do it; the first is checked, further ones are refused. */
function* handlerRules(handler: Handler, graceSeconds: number | undefined, at: string): Errors {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const checks: readonly (readonly [string, (() => Errors) | undefined])[] = [
    ['exec', exec && (() => (exec.command?.length ? [] : [required(`${at}.exec.command`)]))],
    ['httpGet', httpGet && (() => httpGetRules(httpGet, `${at}.httpGet`))],
    ['tcpSocket', tcpSocket && (() => portRules(`${at}.tcpSocket.port`, tcpSocket.port))],
    ['grpc', grpc && (() => portRules(`${at}.grpc.port`, grpc.port))],
    ['sleep', sleep && (() => sleepRules(sleep.seconds, graceSeconds, `${at}.sleep`))],
  ];
  let handlers = 0;
  for (const [key, check] of checks) {
    if (!check) continue;
    if (handlers++ > 0) yield forbiddenField(`${at}.${key}`, 'may not specify more than 1 handler type');
    else yield* check();
  }
  if (handlers === 0) yield required(at, 'must specify a handler type');
}

function* httpGetRules({ path, port, scheme, httpHeaders = [] }: HTTPGetAction, at: string): Errors {
  if (!path) yield required(`${at}.path`);
  yield* portRules(`${at}.port`, port);
  yield* oneOfIfSet(`${at}.scheme`, scheme ?? '', ['HTTP', 'HTTPS']);
  for (const { name } of httpHeaders) yield* named(isHTTPHeaderName, `${at}.httpHeaders`, name);
}

function* sleepRules(seconds: number, graceSeconds: number | undefined, at: string): Errors {
  if (graceSeconds !== undefined && (seconds < 0 || seconds > graceSeconds))
    yield invalidValue(at, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`);
}

export const pullPolicyRules = (policy: string | undefined, at: string): Errors => oneOf(at, policy, ['Always', 'IfNotPresent', 'Never']);
