/** The first moment at or after `now` at which something looks that began at `startedAt` and looks every `periodMs`. Times in milliseconds. */
export const tickFrom = (startedAt: number, periodMs: number, now: number): number => startedAt + Math.ceil(Math.max(0, now - startedAt) / periodMs) * periodMs;
