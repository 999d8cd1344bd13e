import type { CoreV1Event } from '../../src/schema/types';

/** When an event last happened, as a timestamp. */
export const lastAt = (event: CoreV1Event): string => event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp;

export const timesOf = (event: CoreV1Event): number => event.series?.count ?? event.count ?? 1;
