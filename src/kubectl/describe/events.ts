import type { CoreV1Event } from '../../schema/types';
import { age } from '../../kinds/columns';
import type { Description } from './writer';

/** kubectl looks at nothing else: events that a scheduler told in the newer way come first, as they were listed. */
const when = ({ lastTimestamp }: CoreV1Event): number => Date.parse(lastTimestamp ?? '') || 0;

/** The events at the end of a description, oldest first. */
export function describeEvents(out: Description, events: readonly CoreV1Event[], now: number): void {
  if (events.length === 0) return out.line(0, 'Events:\t<none>');
  out.flush();
  out.line(0, 'Events:');
  out.line(1, 'Type\tReason\tAge\tFrom\tMessage');
  out.line(1, '----\t------\t----\t----\t-------');
  for (const event of [...events].sort((a, b) => when(a) - when(b))) {
    const source = event.source?.component || event.reportingComponent || '';
    const place = event.involvedObject.fieldPath;
    out.line(1, [event.type ?? '', event.reason ?? '', interval(event, now), source, `${place ? `${place}: ` : ''}${(event.message ?? '').trim()}`].join('\t'));
  }
}

/** `5s`, or `5s (x3 over 1m)` for what happened again. */
export function interval(event: CoreV1Event, now: number): string {
  const first = age(event.eventTime ?? event.firstTimestamp, now);
  if (event.series) return `${age(event.series.lastObservedTime, now)} (x${event.series.count ?? 0} over ${first})`;
  return (event.count ?? 0) > 1 ? `${age(event.lastTimestamp, now)} (x${event.count ?? 0} over ${first})` : first;
}
