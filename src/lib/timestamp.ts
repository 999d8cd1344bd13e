/** A text of a moment that is the same for all of its second: made once for each, as many are asked for in a row. */
export function everySecond(text: (ms: number) => string): (ms: number) => string {
  let last = { second: NaN, text: '' };
  return (ms) => {
    const second = Math.floor(ms / 1_000);
    if (second !== last.second) last = { second, text: text(ms) };
    return last.text;
  };
}

/** metav1.Time: RFC 3339 in UTC, whole seconds. `ms` is milliseconds since the epoch. */
export const timestamp = everySecond((ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`);
/** metav1.MicroTime: RFC 3339 in UTC, with microseconds. */
export const microTimestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}000Z`;
