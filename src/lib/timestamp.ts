let last = { second: NaN, text: '' };

/**
 * metav1.Time: RFC 3339 in UTC, whole seconds. `ms` is milliseconds since the epoch.
 * All that happens within one second has the same text, and mostly it is asked for in a row.
 */
export function timestamp(ms: number): string {
  const second = Math.floor(ms / 1_000);
  if (second !== last.second) last = { second, text: `${new Date(ms).toISOString().slice(0, 19)}Z` };
  return last.text;
}
