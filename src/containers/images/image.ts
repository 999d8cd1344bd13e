import type { Server } from '../server';
import type { BaseFiles } from '../shell/layered-files';
import type { Programs } from '../shell/programs';
import type { ContainerConfig } from '../types';
import type { Idle } from '../usage';
import type { Userland } from './userland';

/** One image: what it is called, what it runs, what is in it. */
export type Image = {
  /** Registry and path, Docker Hub's official ones in full: `docker.io/library/nginx`. */
  readonly repositories: readonly string[];
  /** Whether the registry has such a tag (a digest is always found). */
  hasTag(tag: string): boolean;
  readonly sizeMiB: number;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  /** An entrypoint script that ends in running something: what, for these arguments. */
  readonly wrapper?: { readonly path: string; run(args: readonly string[], env: Readonly<Record<string, string>>): readonly string[] };
  readonly userland: Userland;
  /** What its program uses while it does nothing; little when absent. */
  readonly idle?: Idle;
  /** Processor time of one answer; little when absent. */
  readonly requestCpuMs?: number;
  /** Runs this program whatever the pod's command says. */
  readonly fixedProgram?: string;
  /** Programs beside the userland's, by name. */
  readonly programs?: readonly string[];
  /** The image's own programs that serve, by name. */
  readonly servers?: Readonly<Record<string, Server>>;
  /** Path → content, beside what the userland brings; by tag, since pages differ. */
  files?(tag: string): Readonly<Record<string, string>>;
};

/** An image at one tag, shared by all its containers. */
export type ResolvedImage = { readonly image: Image; readonly tag: string; readonly files: () => BaseFiles; readonly programs: () => Programs };

/** The command line of a container: the pod's `command` replaces the image's entrypoint and its command, `args` only the latter. */
export const commandLine = (image: Image, config: Pick<ContainerConfig, 'command' | 'args' | 'env'>): readonly string[] => {
  const { command = [], args = [], env } = config;
  const overridden = command.length > 0;
  const rest = args.length > 0 ? args : overridden ? [] : (image.command ?? []);
  const argv = [...(overridden ? command : (image.entrypoint ?? [])), ...rest];
  return image.wrapper && argv[0] === image.wrapper.path ? image.wrapper.run(argv.slice(1), env) : argv;
};

/** An entrypoint script that puts `program` before arguments that are only options or a configuration file, as many images' do. */
export const wrapperOf = (path: string, program: string): NonNullable<Image['wrapper']> => ({
  path,
  run: (args) => (args.length === 0 || args[0]?.startsWith('-') || args[0]?.endsWith('.conf') ? [program, ...args] : args),
});
