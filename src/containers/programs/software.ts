import { Inside } from '../inside';
import { scriptProgram } from '../shell/commands';
import type { Software } from '../software';
import { chosenPrograms, userlandPrograms } from '.';

/** All there is for the insides of containers. */
export const software: Software = {
  programsOf: ({ userland, programs = [] }) => ({ ...userlandPrograms[userland], ...chosenPrograms(programs) }),
  script: scriptProgram,
  inside: (container, server) => new Inside(container, server),
};
