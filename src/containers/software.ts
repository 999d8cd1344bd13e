import type { Container } from './container';
import type { Image } from './images/image';
import type { Inside } from './inside';
import type { Server } from './server';
import type { Program } from './shell/process';
import type { Programs } from './shell/programs';

/**
 * The images that are known by name, and what containers have inside: servers, programs, the shell, and the processes that run them. Large,
 * and not needed before anything but a component runs: the runtime is handed it by a function, so that it may arrive after the runtime was made.
 */
export type Software = {
  /** The image of a repository, as far as it is known. */
  image(repository: string): Image | undefined;
  /** What an image has in its /bin: its userland's programs and those it names. */
  programsOf(image: Pick<Image, 'userland' | 'programs'>): Programs;
  /** A file of commands as a program, run by the interpreter its first line names. */
  script(content: string, path: string): Program;
  /** The processes of one container. With `server` its PID 1 is none of them. */
  inside(container: Container, server: Server | undefined): Inside;
};
