import { EMPTY } from 'rxjs';
import { type Server, type ServerProcess, gracefulSignals } from '../server';
import { type Image, wrapperOf } from './image';
import { tagsOf, versionOf } from './tags';

type Database = {
  readonly repositories: readonly string[];
  readonly program: string;
  readonly wrapper: string;
  readonly port: number;
  readonly sizeMiB: number;
  readonly hasTag: (tag: string) => boolean;
  /** How long it prepares its data before it listens. */
  readonly startupMs: number;
  readonly memoryMiB: number;
  /** Environment variables of which one has to be set, and what it says when none is. */
  readonly required: readonly string[];
  readonly complaint: string;
  readonly ready: (process: ServerProcess) => string;
};

/** A database as the network sees it: a port that opens after a while. What is said over it is not emulated, so it hangs up. */
const image = ({ repositories, program, wrapper, port, sizeMiB, hasTag, startupMs, memoryMiB, required, complaint, ready }: Database): Image => {
  const ports = [port];
  const configured = ({ env }: ServerProcess): boolean => required.length === 0 || required.some((name) => env[name]);
  const server: Server = {
    ports: () => ports,
    answer: () => EMPTY,
    banner: (process) => ({ stream: 'stderr', text: `${configured(process) ? ready(process) : complaint}\n` }),
    start: (process) => { if (!configured(process)) process.later(0, () => process.end(1)); },
    startupMs,
    signals: gracefulSignals,
  };
  return {
    repositories, hasTag, sizeMiB,
    entrypoint: [wrapper],
    command: [program],
    wrapper: wrapperOf(wrapper, program),
    userland: 'debian',
    idle: { cpuMilli: 3, memoryMiB },
    servers: { [program]: server },
  };
};

const stamp = (at: number): string => new Date(at).toISOString();

export const mysql = image({
  repositories: ['docker.io/library/mysql'],
  program: 'mysqld',
  wrapper: 'docker-entrypoint.sh',
  port: 3306,
  sizeMiB: 236,
  startupMs: 8_000,
  memoryMiB: 380,
  hasTag: tagsOf({ from: '5.5', to: '9.5', names: ['lts', 'innovation'], suffixes: ['oracle', 'debian', 'oraclelinux'] }),
  required: ['MYSQL_ROOT_PASSWORD', 'MYSQL_ALLOW_EMPTY_PASSWORD', 'MYSQL_RANDOM_ROOT_PASSWORD'],
  complaint:
    '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:' +
    '\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD',
  ready: (process) =>
    `${stamp(process.startedAt)} 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. ` +
    `Version: '${versionOf(process.tag, '9.5.0')}'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.`,
});

export const mariadb = image({
  repositories: ['docker.io/library/mariadb'],
  program: 'mariadbd',
  wrapper: 'docker-entrypoint.sh',
  port: 3306,
  sizeMiB: 118,
  startupMs: 6_000,
  memoryMiB: 110,
  hasTag: tagsOf({ from: '10.0', to: '12.1', names: ['lts'], suffixes: ['jammy', 'noble', 'focal'] }),
  required: [
    'MARIADB_ROOT_PASSWORD',
    'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD',
    'MARIADB_RANDOM_ROOT_PASSWORD',
    'MYSQL_ROOT_PASSWORD',
    'MYSQL_ALLOW_EMPTY_PASSWORD',
    'MYSQL_RANDOM_ROOT_PASSWORD',
  ],
  complaint:
    '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n' +
    '\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD',
  ready: (process) =>
    `${stamp(process.startedAt)} 0 [Note] mariadbd: ready for connections.\nVersion: '${versionOf(process.tag, '12.1.2')}-MariaDB'  socket: '/run/mysqld/mysqld.sock'  port: 3306`,
});

export const postgres = image({
  repositories: ['docker.io/library/postgres'],
  program: 'postgres',
  wrapper: 'docker-entrypoint.sh',
  port: 5432,
  sizeMiB: 156,
  startupMs: 3_000,
  memoryMiB: 28,
  hasTag: tagsOf({ from: '9.0', to: '18', suffixes: ['alpine', 'bookworm', 'bullseye', 'trixie'] }),
  required: ['POSTGRES_PASSWORD', 'POSTGRES_HOST_AUTH_METHOD'],
  complaint:
    'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n' +
    '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".',
  ready: (process) => `${stamp(process.startedAt)} [1] LOG:  database system is ready to accept connections`,
});

export const mongo = image({
  repositories: ['docker.io/library/mongo'],
  program: 'mongod',
  wrapper: 'docker-entrypoint.sh',
  port: 27017,
  sizeMiB: 276,
  startupMs: 3_000,
  memoryMiB: 85,
  hasTag: tagsOf({ from: '3.0', to: '8.2', suffixes: ['noble', 'jammy', 'focal', 'xenial'] }),
  required: [],
  complaint: '',
  ready: (process) =>
    `{"t":{"$date":"${stamp(process.startedAt)}"},"s":"I","c":"NETWORK","id":23016,"ctx":"listener","msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}}`,
});

export const memcached = image({
  repositories: ['docker.io/library/memcached'],
  program: 'memcached', wrapper: 'docker-entrypoint.sh', port: 11211, sizeMiB: 30, startupMs: 0, memoryMiB: 2,
  hasTag: tagsOf({ from: '1.4', to: '1.6', patch: 45, suffixes: ['alpine', 'bookworm', 'trixie'] }),
  required: [], complaint: '',
  ready: () => '',
});
