import type { Userland } from '../images/userland';
import type { Programs } from '../shell/programs';
import { shellProgram } from '../shell/shell-program';
import { basicPrograms } from './basics';
import { filePrograms } from './files';
import { httpPrograms } from './http-clients';
import { networkPrograms } from './network-tools';
import { processPrograms } from './processes';
import { sedPrograms } from './sed';
import { tarPrograms } from './tar';
import { testPrograms } from './test';
import { textPrograms } from './text';

/** Everything there is, by name. */
export const standardPrograms: Programs = {
  ...basicPrograms,
  ...filePrograms,
  ...textPrograms,
  ...testPrograms,
  ...sedPrograms,
  ...tarPrograms,
  ...processPrograms,
  ...httpPrograms,
  ...networkPrograms,
};

const without = (programs: Programs, names: readonly string[]): Programs => Object.fromEntries(Object.entries(programs).filter(([name]) => !names.includes(name)));
const only = (names: readonly string[]): Programs => Object.fromEntries(Object.entries(standardPrograms).filter(([name]) => names.includes(name)));

const busybox: Programs = { ...without(standardPrograms, ['curl', 'dig', 'redis-cli', 'stress', 'stress-ng', 'getent', 'netcat']), sh: shellProgram, ash: shellProgram };
const debian: Programs = {
  ...without(standardPrograms, ['wget', 'curl', 'nslookup', 'dig', 'nc', 'netcat', 'redis-cli', 'stress', 'stress-ng', 'ps', 'killall', 'pkill', 'pgrep', 'uptime']),
  sh: shellProgram, dash: shellProgram, bash: shellProgram,
};

/** Which programs an image of each sort has before its own are added. */
export const userlandPrograms: Readonly<Record<Userland, Programs>> = {
  busybox, alpine: { ...busybox, ...only(['getent']) }, debian, full: { ...standardPrograms, sh: shellProgram, bash: shellProgram, ash: shellProgram }, none: {},
};

export { only as chosenPrograms };
