import type { SchedulerLike } from 'rxjs';
import { Random } from '../sim/random';
import { type Component, componentImage } from './components';
import { Container, type Main, type Shared, notFound } from './container';
import { parseImageName } from './image-name';
import { generic, genericServer } from './images/generic';
import { type Image, type ResolvedImage, commandLine } from './images/image';
import { pull } from './pull';
import { baseFiles } from './images/base-files';
import { resolvePath } from './shell/files';
import { type Programs, programFinder } from './shell/programs';
import { BaseFiles } from './shell/layered-files';
import type { Software } from './software';
import { type ContainerConfig, type ContainerRuntime, type PulledImage, StartError, type Surroundings } from './types';

export type RuntimeOptions = {
  /** All time inside containers. */
  readonly scheduler: SchedulerLike;
  /** What images there are, and what runs inside containers; asked for when the first of them is wanted that is no component. */
  readonly software: () => Software;
  /** For what programs inside draw. */
  readonly random?: Random;
  /** Image repository (`registry.k8s.io/kube-scheduler`) → the component its containers run. */
  readonly components?: Readonly<Record<string, Component>>;
  /** Images beside the built-in ones; they come first. */
  readonly images?: readonly Image[];
  /** Lines that are kept of each container's log. */
  readonly logLines?: number;
};

/** The simulated CRI: what images exist, and containers of them on virtual time. */
export const createContainerRuntime = ({ scheduler, software, random = new Random(0), components = {}, images: added = [], logLines = 1_000 }: RuntimeOptions): ContainerRuntime => {
  const shared: Shared = { scheduler, random, logLines, software };
  const known = new Map<string, Image>();
  const register = (image: Image): void => image.repositories.forEach((repository) => known.set(repository, image));
  added.forEach(register);
  Object.entries(components).forEach(([repository, component]) => register(componentImage(repository, component)));

  const imageOf = (repository: string): Image | undefined => known.get(repository) ?? software().image(repository);

  const pulled = new Map<string, PulledImage>();
  const resolved = new Map<string, ResolvedImage>();

  return {
    image: (name) => remembered(pulled, name, () => pull(name, imageOf)),
    start: (config, surroundings) => {
      const image = remembered(resolved, config.image, () => resolve(config.image, imageOf, software));
      return start(shared, image, config, surroundings);
    },
  };
};

const remembered = <T>(memory: Map<string, T>, key: string, make: () => T): T => {
  const value = memory.get(key) ?? make();
  memory.set(key, value);
  return value;
};

const resolve = (name: string, imageOf: (repository: string) => Image | undefined, software: () => Software): ResolvedImage => {
  const { repository, tag } = parseImageName(name);
  const image = imageOf(repository) ?? generic;
  let files: BaseFiles | undefined;
  let programs: Programs | undefined;
  const allPrograms = (): Programs => (programs ??= software().programsOf(image));
  return { image, tag, files: () => (files ??= new BaseFiles({ ...baseFiles(image, tag, allPrograms), ...image.files?.(tag) })), programs: allPrograms };
};

const start = (shared: Shared, resolved: ResolvedImage, config: ContainerConfig, surroundings: Surroundings): Container => {
  const { image } = resolved;
  const argv = image.fixedProgram ? [image.fixedProgram] : commandLine(image, config);
  return new Container(shared, config, surroundings, resolved, argv, mainOf(shared, resolved, config, argv[0] ?? ''));
};

/** What a command word starts. Throws a StartError when there is no such program. */
const mainOf = ({ software }: Shared, { image, programs, files }: ResolvedImage, config: ContainerConfig, name: string): Main => {
  if (image.servers && Object.hasOwn(image.servers, name)) {
    const server = image.servers[name];
    if (server) return { server };
  }
  const program = programFinder(programs()).find(name);
  if (program) return { program };
  // A script of the image, or one that is mounted, is run by the interpreter it names.
  const path = resolvePath(config.workingDir ?? image.workingDir ?? '/', name);
  const mount = config.mounts.find((each) => path.startsWith(`${each.path}/`));
  const content = name.includes('/') ? (mount ? mount.files.read(path.slice(mount.path.length + 1)) : files().nodes.get(path)?.content) : undefined;
  if (content !== undefined) return { program: software().script(content, name) };
  // What an unknown image has inside nobody knows: whatever it is told to run is its server.
  if (image === generic) return { server: genericServer };
  throw new StartError(notFound(name));
};
