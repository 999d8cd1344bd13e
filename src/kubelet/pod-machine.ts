import { assign, setup } from 'xstate';

/** How many init containers (sidecars among them) come one after the other before the rest. */
export type PodShape = { readonly inits: number };
export type PodContext = PodShape & {
  /** The init container whose turn it is. */
  readonly init: number;
  /** Mounts and sandboxes that failed in a row, as far as they still lengthen the wait. */
  readonly failures: number;
};
export type PodEvent = {
  readonly type: 'admitted' | 'rejected' | 'mounted' | 'notMounted' | 'retry' | 'sandboxed' | 'notSandboxed'
    | 'initDone' | 'initFailed' | 'completed' | 'stop' | 'mainStopped' | 'sidecarStopped' | 'allStopped';
};

/** From here on the wait for volumes no longer grows. */
const longest = 9;
/** As the volume manager: half a second doubling to about two minutes. */
const mountBackOffMs = (failures: number): number => Math.min(500 * 2 ** (failures - 1), 122_000);
/** What pause container and network take until containers can start. */
const sandboxMs = 300;
/** What passes until the kubelet has seen by its relist, once a second, that all containers ended, and has taken the sandbox down. */
const tearDownMs = 1_000;

/** One pod's life on its node: admission, volumes, sandbox, init containers in order, the rest at once, and the way out with sidecars last. */
export const podMachine = setup({
  types: { input: {} as PodShape, context: {} as PodContext, events: {} as PodEvent },
  delays: { sandbox: sandboxMs, tearDown: tearDownMs, mountBackOff: ({ context }) => mountBackOffMs(context.failures) },
  guards: {
    hasInits: ({ context }) => context.inits > 0,
    hasMoreInits: ({ context }) => context.init + 1 < context.inits,
  },
  actions: {
    admit: () => {}, mount: () => {}, createSandbox: () => {}, beginInit: () => {}, beginContainers: () => {},
    stopMain: () => {}, stopSidecar: () => {}, reject: () => {}, release: () => {},
    countFailure: assign({ failures: ({ context }) => Math.min(context.failures + 1, longest) }),
    forgetFailures: assign({ failures: 0 }),
    turnToNextInit: assign({ init: ({ context }) => context.init + 1 }),
  },
}).createMachine({
  id: 'pod',
  context: ({ input }) => ({ ...input, init: 0, failures: 0 }),
  initial: 'admitting',
  states: {
    admitting: { entry: 'admit', on: { admitted: 'mounting', rejected: 'rejected' } },
    rejected: { entry: 'reject', type: 'final' },

    mounting: { entry: 'mount', on: { mounted: { target: 'preparing', actions: 'forgetFailures' }, notMounted: { target: 'backingOff', actions: 'countFailure' }, stop: 'stopping' } },
    backingOff: { after: { mountBackOff: 'mounting' }, on: { retry: 'mounting', stop: 'stopping' } },
    preparing: { after: { sandbox: 'sandboxing' }, on: { stop: 'stopping' } },
    sandboxing: {
      entry: 'createSandbox',
      on: {
        sandboxed: [{ guard: 'hasInits', target: 'initializing' }, { target: 'running' }],
        notSandboxed: { target: 'backingOff', actions: 'countFailure' }, stop: 'stopping',
      },
    },

    initializing: {
      entry: 'beginInit',
      on: {
        initDone: [{ guard: 'hasMoreInits', target: 'initializing', reenter: true, actions: 'turnToNextInit' }, { target: 'running' }],
        initFailed: 'stopping', stop: 'stopping',
      },
    },
    running: { entry: 'beginContainers', on: { completed: 'stopping', stop: 'stopping' } },

    stopping: { entry: 'stopMain', on: { mainStopped: 'stoppingSidecars' } },
    stoppingSidecars: { entry: 'stopSidecar', on: { sidecarStopped: { target: 'stoppingSidecars', reenter: true }, allStopped: 'tearingDown' } },
    tearingDown: { after: { tearDown: 'stopped' } },
    stopped: { entry: 'release', type: 'final' },
  },
});
