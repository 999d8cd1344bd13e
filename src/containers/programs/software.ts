import { images } from '../images/registry';
import { Inside } from '../inside';
import { scriptProgram } from '../shell/commands';
import type { Software } from '../software';
import { chosenPrograms, userlandPrograms } from '.';

const byRepository = new Map(images.flatMap((image) => image.repositories.map((repository) => [repository, image] as const)));

/** All there is for the insides of containers. */
export const software: Software = {
  image: (repository) => byRepository.get(repository),
  programsOf: ({ userland, programs = [] }) => ({ ...userlandPrograms[userland], ...chosenPrograms(programs) }),
  script: scriptProgram,
  inside: (container, server) => new Inside(container, server),
};
