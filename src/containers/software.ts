import type { Container } from './container';
import type { Image } from './images/image';
import type { Inside } from './inside';
import type { Server } from './server';
import type { Program } from './shell/process';
import type { Programs } from './shell/programs';

/**
 * What containers have inside beside their servers: programs, the shell, and the processes that run them. Large, and not needed before
 * a container runs a program: the runtime is handed it by a function, so that it may arrive after the runtime was made.
 */
export type Software = {
  /** What an image has in its /bin: its userland's programs and those it names. */
  programsOf(image: Pick<Image, 'userland' | 'programs'>): Programs;
  /** A file of commands as a program, run by the interpreter its first line names. */
  script(content: string, path: string): Program;
  /** The processes of one container. With `server` its PID 1 is none of them. */
  inside(container: Container, server: Server | undefined): Inside;
};
