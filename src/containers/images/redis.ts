import { EMPTY } from 'rxjs';
import type { Payload, Reply, Source } from '../../net/types';
import { hexDigits } from '../fingerprint';
import { type Server, type ServerProcess, gracefulSignals, serverState } from '../server';
import { type Image, wrapperOf } from './image';
import { type RedisState, type Replication, runCommand } from './redis-commands';
import { decodeCommand, decodeReply, encodeCommand, encodeReply } from './redis-protocol';
import { tagsOf, versionOf } from './tags';
import { months, two } from './web-files';

const defaultPort = 6379;
/** How often a follower that cannot reach its leader tries again, and how often one that does tells how far it is. */
const retryMs = 1_000;
const acknowledgeMs = 10_000;

const option = (argv: readonly string[], names: readonly string[]): readonly string[] => {
  const at = argv.findIndex((word) => names.includes(word));
  return at < 0 ? [] : argv.slice(at + 1).flatMap((word) => word.split(' '));
};

const portOf = ({ argv }: ServerProcess): number => Number(option(argv, ['--port'])[0] ?? defaultPort);

const replicationOf = ({ argv }: ServerProcess): Replication => {
  const [host, port] = option(argv, ['--replicaof', '--slaveof']);
  return host === undefined ? { role: 'master' } : { role: 'slave', host, port: Number(port ?? defaultPort), up: false };
};

const stateOf = serverState<RedisState>((process) => ({
  data: new Map(), replication: replicationOf(process), followers: new Map(), offset: 0,
  replicationId: hexDigits(`${process.config.podUid}/${process.startedAt}`, 40),
}));

const answer = (process: ServerProcess, _port: number, payload: Payload, from: Source): Reply | typeof EMPTY => {
  if (payload.kind !== 'text') return EMPTY;   // redis hangs up on HTTP
  const replies = payload.text.split(/\r?\n/).filter((line) => line.trim() !== '').map((line) => execute(process, line, from));
  return { kind: 'text', text: replies.join('') };
};

const execute = (process: ServerProcess, line: string, from: Source): string => {
  const words = decodeCommand(line);
  if (!words) return encodeReply({ error: 'ERR Protocol error: unbalanced quotes in request' });
  const state = stateOf(process);
  const [name = '', ...rest] = words;
  switch (name.toLowerCase()) {
    case 'psync': return encodeReply(acceptFollower(process, state, from.ip, Number(rest[0] ?? defaultPort)));
    case 'replconf': return encodeReply(state.followers.has(from.ip) ? { ok: 'OK' } : { error: 'ERR unknown replica' });
    case 'replicaof': case 'slaveof': return encodeReply(follow(process, state, rest));
    default: break;
  }
  const { replication } = state;
  const { value, written } = runCommand(state, words, replication.role === 'slave' && replication.up && from.name === leaderName);
  if (written) spread(process, state, line);
  return encodeReply(value);
};

/** As which a leader speaks to its followers. */
const leaderName = 'redis replication';

/** A follower has come: it is given everything, and hears of every write from now on. */
const acceptFollower = (process: ServerProcess, state: RedisState, ip: string, port: number): readonly string[] => {
  state.followers.set(ip, port);
  process.print(`1:M ${redisTime(process.now())} * Synchronization with replica ${ip}:${port} succeeded\n`);
  return [String(state.offset), ...[...state.data].map(([key, value]) => encodeCommand(typeof value === 'string' ? ['SET', key, value] : ['RPUSH', key, ...value]))];
};

const spread = (process: ServerProcess, state: RedisState, line: string): void => {
  state.offset += line.length;
  const words = decodeCommand(line) ?? [];
  const text = encodeCommand(words);
  const { network, source } = process.surroundings;
  for (const [ip, port] of state.followers) {
    network.connect({ ...source, name: leaderName }, ip, port, { kind: 'text', text }).subscribe((outcome) => { if ('error' in outcome) state.followers.delete(ip); });
  }
};

const follow = (process: ServerProcess, state: RedisState, [host = '', port = '']: readonly string[]): { ok: string } => {
  const leader = host.toLowerCase() === 'no' && port.toLowerCase() === 'one';
  state.replication = leader ? { role: 'master' } : { role: 'slave', host, port: Number(port), up: false };
  if (!leader) synchronise(process);
  return { ok: 'OK' };
};

/** Asks the leader for everything, again and again until it answers. */
const synchronise = (process: ServerProcess): void => {
  const state = stateOf(process);
  const { replication } = state;
  if (replication.role !== 'slave') return;
  const { network, source, resolver } = process.surroundings;
  const { host, port } = replication;
  process.print(`1:S ${redisTime(process.now())} * Connecting to MASTER ${host}:${port}\n`);
  network.request(source, resolver, host, port, { kind: 'text', text: `PSYNC ${portOf(process)}` }).subscribe((outcome) => {
    if (state.replication !== replication) return;
    const reply = 'reply' in outcome && outcome.reply.kind === 'text' ? decodeReply(outcome.reply.text) : undefined;
    if (!Array.isArray(reply)) {
      const cause =
        'error' in outcome
          ? outcome.error === 'no such host'
            ? 'Unable to connect to MASTER: Resource temporarily unavailable'
            : `Error condition on socket for SYNC: ${capitalised(outcome.error)}`
          : 'Unexpected reply to PSYNC from master';
      process.print(`1:S ${redisTime(process.now())} # ${cause}\n`);
      process.later(retryMs, () => synchronise(process));
      return;
    }
    adopt(process, state, replication, reply.map(String));
  });
};

const adopt = (process: ServerProcess, state: RedisState, replication: Replication & { role: 'slave' }, [offset = '0', ...lines]: readonly string[]): void => {
  state.data.clear();
  state.offset = Number(offset);
  state.replication = { ...replication, up: true };
  for (const line of lines) runCommand(state, decodeCommand(line) ?? [], true);
  process.print(`1:S ${redisTime(process.now())} * MASTER <-> REPLICA sync: Finished with success\n`);
  acknowledge(process, state.replication);
};

/** Tells the leader that its follower lives. A leader that has started anew knows nothing of it: then all is asked for again. */
const acknowledge = (process: ServerProcess, replication: Replication & { role: 'slave' }): void => {
  process.later(acknowledgeMs, () => {
    const state = stateOf(process);
    if (state.replication !== replication) return;
    const { network, source, resolver } = process.surroundings;
    network.request(source, resolver, replication.host, replication.port, { kind: 'text', text: `REPLCONF ACK ${state.offset}` }).subscribe((outcome) => {
      if (state.replication !== replication) return;
      if ('reply' in outcome && outcome.reply.kind === 'text' && outcome.reply.text.startsWith('+')) return acknowledge(process, replication);
      process.print(`1:S ${redisTime(process.now())} * Connection with master lost.\n`);
      state.replication = { ...replication, up: false };
      synchronise(process);
    });
  });
};

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `21 Nov 2026 09:00:00.000`. */
const redisTime = (at: number): string => {
  const date = new Date(at);
  return `${two(date.getUTCDate())} ${months[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()} ${date.toISOString().slice(11, 23)}`;
};

/** redis: keys in memory; `--replicaof host port` follows a leader through the network. */
export const redisServer: Server = {
  ports: (process) => (process.argv.includes('--port') ? [portOf(process)] : defaultPorts),
  answer,
  banner: (process) => {
    const time = redisTime(process.startedAt);
    const version = versionOf(process.tag, '8.2.2');
    const role = replicationOf(process).role === 'slave' ? 'S' : 'M';
    const lines = [
      `1:C ${time} # oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo`,
      `1:C ${time} # Redis version=${version}, bits=64, commit=00000000, modified=0, pid=1, just started`,
      process.argv.length > 1
        ? `1:C ${time} # Configuration loaded`
        : `1:C ${time} # Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf`,
      `1:${role} ${time} * Running mode=standalone, port=${portOf(process)}.`,
      `1:${role} ${time} # Server initialized`,
      `1:${role} ${time} * Ready to accept connections`,
    ];
    return { stream: 'stdout', text: `${lines.join('\n')}\n` };
  },
  start: (process) => { if (replicationOf(process).role === 'slave') process.later(0, () => synchronise(process)); },
  signals: gracefulSignals,
  farewell: (process, signal) => {
    const time = redisTime(process.now());
    const role = stateOf(process).replication.role === 'slave' ? 'S' : 'M';
    const lines = [
      `1:signal-handler (${Math.floor(process.now() / 1000)}) Received ${signal === 2 ? 'SIGINT' : 'SIGTERM'} scheduling shutdown...`,
      `1:${role} ${time} # User requested shutdown...`,
      `1:${role} ${time} # Redis is now ready to exit, bye bye...`,
    ];
    return { stream: 'stdout', text: `${lines.join('\n')}\n` };
  },
};
const defaultPorts = [defaultPort];

export const redis: Image = {
  repositories: [
    'docker.io/library/redis',
    'registry.k8s.io/redis',
    'k8s.gcr.io/redis',
    'gcr.io/google_containers/redis',
    'public.ecr.aws/docker/library/redis',
    'docker.io/bitnami/redis',
  ],
  hasTag: tagsOf({ from: '2.6.0', to: '8.2', names: ['e2e', 'test'], suffixes: ['alpine', 'bookworm', 'buster', 'bullseye', 'stretch'] }),
  sizeMiB: 43.6,
  idle: { cpuMilli: 2, memoryMiB: 4 },
  entrypoint: ['docker-entrypoint.sh'],
  command: ['redis-server'],
  workingDir: '/data',
  wrapper: wrapperOf('docker-entrypoint.sh', 'redis-server'),
  userland: 'debian',
  programs: ['redis-cli'],
  servers: { 'redis-server': redisServer },
  files: () => ({ '/data/': '' }),
};
