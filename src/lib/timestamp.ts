/** metav1.Time: whole seconds, UTC. `ms` is milliseconds since the epoch. */
export const timestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
