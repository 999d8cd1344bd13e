import { invalidValue, required } from '../../api/status';
import { equal } from '../../lib/equality';
import { isDNS1123Subdomain, isQualifiedName, utf8Length } from '../../lib/names';
import type { CoreV1Event } from '../../schema/types';
import { immutable, named, type Errors } from '../rule-parts';

const limits = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const;
const otherNamespace = 'does not match event.namespace';

/** What both groups' events must be; one with an eventTime is of the newer sort and must say who reports it and why. */
export function* eventRules(event: CoreV1Event): Errors {
  const { involvedObject, eventTime, metadata, reportingComponent = '' } = event;
  const { namespace = '' } = metadata;
  const about = involvedObject.namespace ?? '';
  if (!eventTime) {
    if (about ? about !== namespace : namespace !== 'default') yield invalidValue('involvedObject.namespace', about, otherNamespace);
  } else {
    if (!about && namespace !== 'default' && namespace !== 'kube-system') yield invalidValue('involvedObject.namespace', about, otherNamespace);
    if (!reportingComponent) yield required('reportingController');
    yield* named(isQualifiedName, 'reportingController', reportingComponent);
    yield* textRules(event);
  }
  yield* named(isDNS1123Subdomain, 'namespace', namespace);
}

function* textRules(event: CoreV1Event): Errors {
  for (const field of ['reportingInstance', 'action', 'reason', 'message'] as const) {
    const text = event[field] ?? '';
    if (!text && field !== 'message') yield required(field);
    if (utf8Length(text) > limits[field]) yield invalidValue(field, '', `can have at most ${limits[field]} characters`);
  }
}

/** What events.k8s.io asks beyond that of an event's creation: nothing of what is deprecated. */
export function* newEventRules(event: CoreV1Event): Errors {
  yield* seriesRules(event);
  if (!event.eventTime) yield required('eventTime');
  if (event.type !== 'Normal' && event.type !== 'Warning') yield invalidValue('type', '', `has invalid value: ${event.type ?? ''}`);
  for (const field of ['firstTimestamp', 'lastTimestamp', 'count'] as const) if (event[field]) yield invalidValue(field, '', 'needs to be unset');
  if (event.source?.component || event.source?.host) yield invalidValue('source', '', 'needs to be unset');
}

const unchanging = ['involvedObject', 'reason', 'message', 'source', 'firstTimestamp', 'lastTimestamp', 'count', 'reason', 'type', 'eventTime', 'action', 'related'] as const;

/** And of its updates: only the series goes on. */
export function* eventChangeRules(event: CoreV1Event, previous: CoreV1Event): Errors {
  if (!equal(event.series, previous.series)) yield* seriesRules(event);
  for (const field of unchanging) yield* immutable(field, event[field], previous[field]);
  yield* immutable('reportingController', event.reportingComponent, previous.reportingComponent);
  yield* immutable('reportingInstance', event.reportingInstance, previous.reportingInstance);
}

function* seriesRules({ series }: CoreV1Event): Errors {
  if (!series) return;
  if ((series.count ?? 0) < 2) yield invalidValue('series.count', '', 'should be at least 2');
  if (!series.lastObservedTime) yield required('series.lastObservedTime');
}
