/** With nanoseconds and no trailing zeros, as logs and `config.seen` have it. */
export const nanoTimestamp = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 23)}000000Z`;
