import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Compacted, FutureRevision, RevisionMismatch } from '../../src/store/errors';
import type { Change } from '../../src/store/history';
import { Store } from '../../src/store/store';

const put = (store: Store, key: string, value: unknown, cause?: unknown) => store.transact((transaction) => transaction.put(key, value), cause);
const keysUnder = (store: Store, prefix: string, revision?: number) => [...store.range(prefix, revision)].map(({ key }) => key);
const watching = (store: Store, prefix: string, since: number) => {
  const seen: Change[] = [];
  let failure: unknown;
  const subscription = store.watch(prefix, since).subscribe({ next: (change) => seen.push(change), error: (error: unknown) => { failure = error; } });
  return { seen, subscription, failure: () => failure };
};

describe('transactions', () => {
  test('all writes of one transaction share one revision', () => {
    const store = new Store();
    store.transact((transaction) => { transaction.put('pods/a/1', 1); transaction.put('pods/a/2', 2); });
    expect(store.revision).toBe(1);
    expect([store.get('pods/a/1')?.revision, store.get('pods/a/2')?.revision]).toEqual([1, 1]);
  });

  test('a transaction that throws leaves nothing behind', () => {
    const store = new Store();
    const { seen } = watching(store, 'pods/', 0);
    expect(() => store.transact((transaction) => { transaction.put('pods/a/1', 1); throw new Error('no'); })).toThrow('no');
    expect([store.revision, store.get('pods/a/1'), seen]).toEqual([0, undefined, []]);
  });

  test('compare: a put or delete expects a revision, 0 for "absent"', () => {
    const store = new Store();
    store.transact((transaction) => transaction.put('pods/a/1', 'x', 0));
    expect(() => store.transact((transaction) => transaction.put('pods/a/1', 'y', 0))).toThrow(RevisionMismatch);
    expect(() => store.transact((transaction) => transaction.delete('pods/a/1', 7))).toThrow(RevisionMismatch);
    store.transact((transaction) => transaction.put('pods/a/1', 'y', 1));
    expect(store.get('pods/a/1')?.value).toBe('y');
  });

  test('what is made and unmade in one transaction did not happen', () => {
    const store = new Store();
    store.transact((transaction) => { transaction.put('pods/a/1', 1); transaction.delete('pods/a/1'); });
    expect(store.revision).toBe(0);
  });

  test('a watcher may not write', () => {
    const store = new Store();
    let refused: unknown;
    store.watch('pods/', 0).subscribe(() => { try { put(store, 'pods/a/2', 2); } catch (error) { refused = error; } });
    put(store, 'pods/a/1', 1);
    expect(String(refused)).toContain('a watcher may not write');
  });

  test('the cause of a write is kept with it', () => {
    const store = new Store();
    put(store, 'pods/a/1', 1, { component: 'scheduler' });
    expect([...store.history.since(0)][0]?.cause).toEqual({ component: 'scheduler' });
  });
});

describe('ranges', () => {
  test('are in key order, across directories, as etcd orders bytes', () => {
    const store = new Store();
    for (const key of ['pods/b/1', 'pods/a/2', 'pods/a-b/1', 'pods/a/1', 'nodes/n']) put(store, key, key);
    expect(keysUnder(store, 'pods/')).toEqual(['pods/a-b/1', 'pods/a/1', 'pods/a/2', 'pods/b/1']);
    expect(keysUnder(store, 'pods/a/')).toEqual(['pods/a/1', 'pods/a/2']);
    expect(store.count('pods/')).toBe(4);
  });

  test('a revision of the future cannot be read', () => {
    expect(() => [...new Store().range('pods/', 1)]).toThrow(FutureRevision);
  });
});

describe('compaction', () => {
  test('older revisions are gone with the proper error, newer ones stay', () => {
    const store = new Store();
    for (let i = 1; i <= 10; i++) put(store, `pods/a/${i}`, i);
    store.compact(5);
    expect(() => store.range('pods/', 4)[Symbol.iterator]().next()).toThrow(Compacted);
    expect(keysUnder(store, 'pods/', 7)).toHaveLength(7);
    expect(watching(store, 'pods/', 4).failure()).toBeInstanceOf(Compacted);
    expect(watching(store, 'pods/', 5).seen).toHaveLength(5);
  });
});

type Step = { key: string; value: number | undefined };
const steps = fc.array(fc.record<Step>({
  key: fc.constantFrom('pods/a/1', 'pods/a/2', 'pods/b/1', 'nodes/1'),
  value: fc.option(fc.nat(9), { nil: undefined }),
}), { maxLength: 60 });
const play = (store: Store, { key, value }: Step) => store.transact((transaction) => (value === undefined ? transaction.delete(key) : transaction.put(key, value)));

/** The state as somebody who only knows a list and the watch after it has it. */
const follow = (state: Map<string, unknown>, changes: readonly Change[]) => {
  for (const { key, value } of changes) if (value === undefined) state.delete(key); else state.set(key, value);
  return state;
};

test('a list and the watch from its revision always give the state: no gap, no duplicate', () => {
  fc.assert(fc.property(steps, fc.nat(), (all, seed) => {
    const store = new Store();
    const cut = all.length === 0 ? 0 : seed % (all.length + 1);
    for (const step of all.slice(0, cut)) play(store, step);
    const revision = store.revision;
    const state = new Map([...store.range('pods/')].map(({ key, value }) => [key, value]));
    const late = watching(store, 'pods/', 0);
    const live = watching(store, 'pods/', revision);
    for (const step of all.slice(cut)) play(store, step);
    const now = new Map([...store.range('pods/')].map(({ key, value }) => [key, value]));
    expect(follow(state, live.seen)).toEqual(now);
    expect(follow(new Map(), late.seen)).toEqual(now);
    const order = live.seen.map((change) => change.revision);
    expect(order).toEqual([...new Set(order)].toSorted((a, b) => a - b));
  }));
});

test('the state at any revision is the state there was, compaction or not', () => {
  fc.assert(fc.property(steps, fc.nat(), (all, seed) => {
    const store = new Store();
    const were: Map<string, unknown>[] = [new Map()];
    for (const step of all) {
      const before = store.revision;
      play(store, step);
      if (store.revision > before) were.push(new Map([...store.range('pods/'), ...store.range('nodes/')].map(({ key, value }) => [key, value])));
    }
    const oldest = seed % were.length;
    store.history.compact(oldest);
    for (let revision = oldest; revision < were.length; revision++)
      expect(new Map([...store.history.at(revision)].map(([key, { value }]) => [key, value]))).toEqual(were[revision]);
  }));
});

test('of very many changes only the newest are kept, and those who ask for older ones are told that they are too late', () => {
  const store = new Store();
  put(store, 'pods/a/old', 'first');
  for (let i = 0; i < 300_000; i++) put(store, 'pods/a/1', i);
  expect(store.history.length).toBe(200_000);
  expect(() => [...store.range('pods/', 100_000)]).toThrow(Compacted);
  expect(watching(store, 'pods/', 1).failure()).toBeInstanceOf(Compacted);
  expect([...store.range('pods/', 100_001)].map(({ key, value }) => [key, value])).toEqual([['pods/a/1', 99_999], ['pods/a/old', 'first']]);
});

test('directories hold what a sorted list of the keys would, whatever comes, goes and comes again', () => {
  const keys = fc.constantFrom('pods/a/1', 'pods/a/2', 'pods/a/3', 'pods/b/1', 'pods/c/1', 'nodes/1', 'nodes/2');
  const deeds = fc.array(fc.oneof(fc.record({ key: keys, put: fc.boolean() }), fc.record({ list: fc.constantFrom('pods/', 'pods/a/', 'nodes/', 'pods/b/') })), { maxLength: 200 });
  fc.assert(fc.property(deeds, (all) => {
    const store = new Store();
    const naive = new Set<string>();
    const check = (prefix: string) => {
      const present = [...naive].filter((key) => key.startsWith(prefix)).sort();
      expect(keysUnder(store, prefix)).toEqual(present);
      expect(store.count(prefix)).toBe(present.length);
    };
    for (const deed of all) {
      if ('list' in deed) { check(deed.list); continue; }
      if (deed.put) naive.add(deed.key); else naive.delete(deed.key);
      store.transact((transaction) => (deed.put ? transaction.put(deed.key, 1) : transaction.delete(deed.key)));
    }
    for (const prefix of ['pods/', 'pods/a/', 'pods/b/', 'pods/c/', 'nodes/']) check(prefix);
  }));
});
