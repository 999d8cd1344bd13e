import type { Store } from '../store/store';

/** The whole history as text, one change a line: two clusters that lived the same life have the same log, byte for byte. */
export function historyLog(store: Store): string {
  const lines: string[] = [];
  for (const { revision, key, value, cause } of store.history.since(store.history.oldest))
    lines.push(`${revision} ${key} ${value === undefined ? 'deleted' : JSON.stringify(value)} ${cause === undefined ? '' : JSON.stringify(cause)}`);
  return `${lines.join('\n')}\n`;
}
