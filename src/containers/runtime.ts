import type { SchedulerLike } from 'rxjs';
import { type Component, componentImage } from './components';
import { Container, type Shared, notFound } from './container';
import { parseImageName } from './image-name';
import { generic, genericProgram } from './images/generic';
import { type Image, type ResolvedImage, commandLine } from './images/image';
import { images } from './images/registry';
import { pull } from './pull';
import type { Server } from './server';
import { BaseFiles } from './shell/layered-files';
import { type ContainerConfig, type ContainerRuntime, type PulledImage, StartError, type Surroundings } from './types';

export type RuntimeOptions = {
  /** All time inside containers. */
  readonly scheduler: SchedulerLike;
  /** Image repository (`registry.k8s.io/kube-scheduler`) → the component its containers run. */
  readonly components?: Readonly<Record<string, Component>>;
  /** Images beside the built-in ones; they come first. */
  readonly images?: readonly Image[];
  /** Lines that are kept of each container's log. */
  readonly logLines?: number;
};

/** The simulated CRI: what images exist, and containers of them on virtual time. */
export const createContainerRuntime = ({ scheduler, components = {}, images: added = [], logLines = 1_000 }: RuntimeOptions): ContainerRuntime => {
  const shared: Shared = { scheduler, logLines };
  const known = new Map<string, Image>();
  const register = (image: Image): void => image.repositories.forEach((repository) => known.set(repository, image));
  images.forEach(register);
  added.forEach(register);
  Object.entries(components).forEach(([repository, component]) => register(componentImage(repository, component)));

  const pulled = new Map<string, PulledImage>();
  const resolved = new Map<string, ResolvedImage>();

  return {
    image: (name) => remembered(pulled, name, () => pull(name, (repository) => known.get(repository))),
    start: (config, surroundings) => {
      const image = remembered(resolved, config.image, () => resolve(config.image, known));
      return start(shared, image, config, surroundings);
    },
  };
};

const remembered = <T>(memory: Map<string, T>, key: string, make: () => T): T => {
  const value = memory.get(key) ?? make();
  memory.set(key, value);
  return value;
};

const resolve = (name: string, known: ReadonlyMap<string, Image>): ResolvedImage => {
  const { repository, tag } = parseImageName(name);
  const image = known.get(repository) ?? generic;
  let files: BaseFiles | undefined;
  return { image, tag, files: () => (files ??= new BaseFiles(image.files?.(tag) ?? {})) };
};

const start = (shared: Shared, resolved: ResolvedImage, config: ContainerConfig, surroundings: Surroundings): Container => {
  const { image } = resolved;
  const argv = image.fixedProgram ? [image.fixedProgram] : commandLine(image, config);
  const [program = ''] = argv;
  // What an unknown image has inside nobody knows: whatever it is told to run is its server.
  const server = image === generic ? image.servers?.[genericProgram] : ownServer(image, program);
  if (!server) throw new StartError(notFound(program));
  return new Container(shared, config, surroundings, resolved, argv, server);
};

const ownServer = (image: Image, program: string): Server | undefined => (image.servers && Object.hasOwn(image.servers, program) ? image.servers[program] : undefined);
