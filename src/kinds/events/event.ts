import type { KubeObject } from '../../api/types';
import type { CoreV1Event, EventsV1Event } from '../../schema/types';
import { Events } from '../core/event';
import { eventChangeRules, eventRules, newEventRules } from '../core/event-rules';
import { viewedColumns } from '../columns';
import { defineKind, type Kind, type RuleContext } from '../define';
import type { Errors } from '../rule-parts';

/** The names of events.k8s.io for what the core group's events have, too. */
const names = {
  involvedObject: 'regarding', message: 'note', source: 'deprecatedSource', firstTimestamp: 'deprecatedFirstTimestamp', lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount', reportingComponent: 'reportingController',
} as const;
const toCore: ReadonlyMap<string, string> = new Map(Object.entries(names).map(([core, other]) => [other, core]));
const fromCore: ReadonlyMap<string, string> = new Map(Object.entries(names));

const renamed = (object: object, to: ReadonlyMap<string, string>): object => Object.fromEntries(Object.entries(object).map(([name, value]) => [to.get(name) ?? name, value]));

/** What the core group always writes of an event, and the other group only where it is something. */
const writtenWhenEmpty = { reportingComponent: '', reportingInstance: '', involvedObject: {}, source: {} } as const;

/** An event of either group is stored as one of the core group. */
const asCore = (event: EventsV1Event): CoreV1Event =>
  ({ ...writtenWhenEmpty, ...renamed(event, toCore), kind: Events.kind, apiVersion: Events.apiVersion }) as CoreV1Event; // renamed from its twin
const isSaid = ([name, value]: readonly [string, unknown]): boolean => value !== '' || !(name in writtenWhenEmpty);
const fromStored = (event: CoreV1Event): EventsV1Event =>
  ({ ...renamed(Object.fromEntries(Object.entries(event).filter(isSaid)), fromCore), kind: 'Event', apiVersion: 'events.k8s.io/v1' }) as EventsV1Event; // its twin

function* rules(event: EventsV1Event, { previous }: RuleContext<EventsV1Event>): Errors {
  const core = asCore(event);
  yield* eventRules(core);
  if (previous) yield* eventChangeRules(core, asCore(previous));
  else yield* newEventRules(core);
}

const EventsOfGroup = defineKind<EventsV1Event>('events.events.k8s.io', {
  rules,
  selectableFields: Object.fromEntries(Object.entries(Events.selectableFields ?? {}).map(([field, read]) =>
    [field.replace(/^involvedObject\./, 'regarding.'), (event: EventsV1Event) => read(asCore(event))])),
  columns: viewedColumns(Events.columns, asCore),
});

/** Events of events.k8s.io: the same objects as the core group's, by other names. */
export const NewEvents: Kind<EventsV1Event> = {
  ...EventsOfGroup,
  stored: {
    kind: Events,
    toStored: (object: KubeObject) => asCore(object as EventsV1Event), // the view's own objects
    fromStored: (object: KubeObject) => fromStored(object as CoreV1Event), // what its storage holds
  },
};
