import type { NonResource } from './types';

/** The release whose behaviour is followed. What only a build of upstream's sources knows is left empty, or as Go's linker leaves it. */
const version = {
  major: '1', minor: '36', emulationMajor: '1', emulationMinor: '36', minCompatibilityMajor: '1', minCompatibilityMinor: '35', gitVersion: 'v1.36.2',
  gitCommit: '', gitTreeState: 'clean', buildDate: '1970-01-01T00:00:00Z', goVersion: '', compiler: 'gc', platform: 'linux/amd64',
};

export const versionAnswer: NonResource = (_context, { path }) => (path === '/version' || path === '/version/' ? { code: 200, body: version } : undefined);
