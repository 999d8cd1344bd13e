import type { Handler, Protocol } from '../net/types';
import type { Image } from './images/image';
import { type Server, gracefulSignals, serverState } from './server';
import type { ContainerConfig } from './types';
import type { Idle } from './usage';

/** A part of the control plane whose container this is: its start and end are the container's. */
export type Component = {
  /** Starts it now. `container` lets it write to its log and end by itself. */
  start(config: ContainerConfig, container: ComponentContainer): RunningComponent;
  /** What it is said to use. */
  readonly idle?: Idle;
};
export type ComponentContainer = { print(text: string): void; end(code: number): void };
export type RunningComponent = {
  /** Called once, however the container ends. */
  stop(): void;
  /** What listens on a port; without it nothing does. */
  accept?(port: number, protocol: Protocol): Handler | undefined;
};

const mainProgram = '/component';

/** An image whose program is `component`, whatever command the pod gives. */
export const componentImage = (repository: string, component: Component): Image => {
  const running = serverState((process) => component.start(process.config, { print: (text) => process.print(text, 'stderr'), end: (code) => process.end(code) }));
  const server: Server = {
    ports: () => [],
    answer: () => ({ kind: 'text', text: '' }),
    accept: (process, port, protocol) => running(process).accept?.(port, protocol),
    start: (process) => { running(process); },
    ended: (process) => running(process).stop(),
    signals: gracefulSignals,
  };
  return { repositories: [repository], hasTag: () => true, sizeMiB: 28, ...(component.idle && { idle: component.idle }), entrypoint: [mainProgram], userland: 'none',
    fixedProgram: mainProgram, servers: { [mainProgram]: server } };
};
