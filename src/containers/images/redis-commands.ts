import type { RedisValue } from './redis-protocol';

/** Where a redis is in its replication. */
export type Replication =
  | { readonly role: 'master' }
  | { readonly role: 'slave'; readonly host: string; readonly port: number; readonly up: boolean };

/** One redis server's memory. */
export type RedisState = {
  readonly data: Map<string, string | string[]>;
  replication: Replication;
  /** Those that follow: their address → port. */
  readonly followers: Map<string, number>;
  /** Bytes of commands written since the beginning. */
  offset: number;
  readonly replicationId: string;
};

type Command = {
  /** Fewest words after the name; most of them, if there is a most. */
  readonly arity: readonly [number, number?];
  readonly writes?: true;
  run(state: RedisState, words: readonly string[]): RedisValue;
};

const ok: RedisValue = { ok: 'OK' };
const wrongType: RedisValue = { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' };

const textAt = (state: RedisState, key: string): string | null | RedisValue => {
  const value = state.data.get(key);
  return value === undefined ? null : typeof value === 'string' ? value : wrongType;
};

const add = (state: RedisState, key: string, amount: number): RedisValue => {
  const value = state.data.get(key) ?? '0';
  if (typeof value !== 'string') return wrongType;
  if (!/^-?\d+$/.test(value) || !Number.isSafeInteger(amount)) return { error: 'ERR value is not an integer or out of range' };
  const sum = Number(value) + amount;
  state.data.set(key, String(sum));
  return sum;
};

const push = (state: RedisState, key: string, items: readonly string[], atEnd: boolean): RedisValue => {
  const list = state.data.get(key) ?? [];
  if (typeof list === 'string') return wrongType;
  const next = atEnd ? [...list, ...items] : [...items.toReversed(), ...list];
  state.data.set(key, next);
  return next.length;
};

/** `*`, `?` and `[…]`, as KEYS understands them. */
const matcher = (pattern: string): RegExp => new RegExp(`^${pattern.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');

const info = (state: RedisState): string => {
  const { replication, followers, offset, replicationId } = state;
  const role = replication.role === 'master' ? ['role:master'] : [
    'role:slave', `master_host:${replication.host}`, `master_port:${replication.port}`, `master_link_status:${replication.up ? 'up' : 'down'}`,
    'slave_read_only:1',
  ];
  const connected = [...followers].map(([ip, port], index) => `slave${index}:ip=${ip},port=${port},state=online,offset=${offset},lag=0`);
  return ['# Replication', ...role, `connected_slaves:${followers.size}`, ...connected, `master_replid:${replicationId}`, `master_repl_offset:${offset}`, ''].join('\r\n');
};

const commands: Readonly<Record<string, Command>> = {
  ping: { arity: [0, 1], run: (_, [text]) => text ?? { ok: 'PONG' } },
  echo: { arity: [1, 1], run: (_, [text]) => text ?? '' },
  select: { arity: [1, 1], run: () => ok },
  get: { arity: [1, 1], run: (state, [key = '']) => textAt(state, key) },
  set: { arity: [2], writes: true, run: (state, [key = '', value = '']) => { state.data.set(key, value); return ok; } },
  setnx: { arity: [2, 2], writes: true, run: (state, [key = '', value = '']) => { if (state.data.has(key)) return 0; state.data.set(key, value); return 1; } },
  getset: { arity: [2, 2], writes: true, run: (state, [key = '', value = '']) => { const before = textAt(state, key); state.data.set(key, value); return before; } },
  append: { arity: [2, 2], writes: true, run: (state, [key = '', value = '']) => { const next = String(state.data.get(key) ?? '') + value; state.data.set(key, next); return next.length; } },
  mget: { arity: [1], run: (state, keys) => keys.map((key) => { const value = state.data.get(key); return typeof value === 'string' ? value : null; }) },
  del: { arity: [1], writes: true, run: (state, keys) => keys.filter((key) => state.data.delete(key)).length },
  exists: { arity: [1], run: (state, keys) => keys.filter((key) => state.data.has(key)).length },
  type: { arity: [1, 1], run: (state, [key = '']) => { const value = state.data.get(key); return { ok: value === undefined ? 'none' : typeof value === 'string' ? 'string' : 'list' }; } },
  keys: { arity: [1, 1], run: (state, [pattern = '']) => [...state.data.keys()].filter((key) => matcher(pattern).test(key)) },
  dbsize: { arity: [0, 0], run: (state) => state.data.size },
  flushall: { arity: [0], writes: true, run: (state) => { state.data.clear(); return ok; } },
  flushdb: { arity: [0], writes: true, run: (state) => { state.data.clear(); return ok; } },
  strlen: { arity: [1, 1], run: (state, [key = '']) => { const value = textAt(state, key); return typeof value === 'string' ? value.length : (value ?? 0); } },
  incr: { arity: [1, 1], writes: true, run: (state, [key = '']) => add(state, key, 1) },
  decr: { arity: [1, 1], writes: true, run: (state, [key = '']) => add(state, key, -1) },
  incrby: { arity: [2, 2], writes: true, run: (state, [key = '', amount = '']) => add(state, key, Number(amount)) },
  decrby: { arity: [2, 2], writes: true, run: (state, [key = '', amount = '']) => add(state, key, -Number(amount)) },
  rpush: { arity: [2], writes: true, run: (state, [key = '', ...items]) => push(state, key, items, true) },
  lpush: { arity: [2], writes: true, run: (state, [key = '', ...items]) => push(state, key, items, false) },
  llen: { arity: [1, 1], run: (state, [key = '']) => { const list = state.data.get(key) ?? []; return typeof list === 'string' ? wrongType : list.length; } },
  lrange: {
    arity: [3, 3],
    run: (state, [key = '', from = '', to = '']) => {
      const list = state.data.get(key) ?? [];
      if (typeof list === 'string') return wrongType;
      const place = (index: number): number => (index < 0 ? list.length + index : index);
      return list.slice(Math.max(0, place(Number(from))), place(Number(to)) + 1);
    },
  },
  info: { arity: [0], run: (state, [section]) => (section && section.toLowerCase() !== 'replication' ? '' : info(state)) },
  role: {
    arity: [0, 0],
    run: ({ replication, followers, offset }) => replication.role === 'master'
      ? ['master', offset, [...followers].map(([ip, port]) => [ip, String(port), String(offset)])]
      : ['slave', replication.host, replication.port, replication.up ? 'connected' : 'connect', offset],
  },
};

/** What a command does to a redis; `written` says that followers need to hear of it. */
export const runCommand = (state: RedisState, words: readonly string[], fromLeader = false): { readonly value: RedisValue; readonly written: boolean } => {
  const [name = '', ...rest] = words;
  const command = Object.hasOwn(commands, name.toLowerCase()) ? commands[name.toLowerCase()] : undefined;
  if (!command) return refuse(`ERR unknown command '${name}', with args beginning with: ${rest.map((word) => `'${word}' `).join('')}`);
  const [fewest, most = Infinity] = command.arity;
  if (rest.length < fewest || rest.length > most) return refuse(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
  if (command.writes && state.replication.role === 'slave' && !fromLeader) return refuse("READONLY You can't write against a read only replica.");
  const value = command.run(state, rest);
  return { value, written: command.writes === true && !(typeof value === 'object' && value !== null && 'error' in value) };
};

const refuse = (error: string): { readonly value: RedisValue; readonly written: false } => ({ value: { error }, written: false });
