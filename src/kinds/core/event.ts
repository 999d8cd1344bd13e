import type { CoreV1Event } from '../../schema/types';
import { age, nameColumn } from '../columns';
import { defineKind, type Column } from '../define';
import { eventRules } from './event-rules';

const firstSeen = ({ firstTimestamp, eventTime }: CoreV1Event) => firstTimestamp || eventTime;
const lastSeen = (event: CoreV1Event) => event.series?.lastObservedTime || event.lastTimestamp || firstSeen(event);

function sourceText({ source, reportingComponent, reportingInstance }: CoreV1Event): string {
  const component = source?.component || reportingComponent || '';
  const host = source?.host || reportingInstance;
  return host ? `${component}, ${host}` : component;
}

const columns: readonly Column<CoreV1Event>[] = [
  { name: 'Last Seen', value: (event, now) => age(lastSeen(event), now) },
  { name: 'Type', value: ({ type }) => type ?? '' },
  { name: 'Reason', value: ({ reason }) => reason ?? '' },
  { name: 'Object', value: ({ involvedObject: { kind = '', name = '' } }) => (name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase()) },
  { name: 'Subobject', priority: 1, value: ({ involvedObject }) => involvedObject.fieldPath ?? '' },
  { name: 'Source', priority: 1, value: sourceText },
  { name: 'Message', value: ({ message = '' }) => message.trim() },
  { name: 'First Seen', priority: 1, value: (event, now) => age(firstSeen(event), now) },
  { name: 'Count', priority: 1, value: ({ series, count }) => series?.count || count || 1 },
  { ...nameColumn, priority: 1 },
];

export const Events = defineKind<CoreV1Event>('events', {
  nameForm: 'path-segment',
  rules: eventRules,
  selectableFields: {
    'involvedObject.kind': ({ involvedObject }) => involvedObject.kind ?? '',
    'involvedObject.namespace': ({ involvedObject }) => involvedObject.namespace ?? '',
    'involvedObject.name': ({ involvedObject }) => involvedObject.name ?? '',
    'involvedObject.uid': ({ involvedObject }) => involvedObject.uid ?? '',
    'involvedObject.apiVersion': ({ involvedObject }) => involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': ({ involvedObject }) => involvedObject.fieldPath ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? '',
    source: ({ source, reportingComponent }) => source?.component || reportingComponent || '',
    type: ({ type }) => type ?? '',
  },
  columns,
});
