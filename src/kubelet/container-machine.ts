import { assign, setup } from 'xstate';

/** What about a container's spec bends its life. Values are shared: see {@link containerShape}. */
export type ContainerShape = { readonly postStart: boolean; readonly preStop: boolean; readonly startupProbe: boolean; readonly readinessProbe: boolean };

export type ContainerContext = ContainerShape & {
  /** Crashes since the back-off was last forgotten, as far as they still lengthen it. */
  readonly crashes: number;
  /** Failed pulls in a row, likewise. */
  readonly failedPulls: number;
  readonly started: boolean;
  readonly ready: boolean;
  /** The pod is ending: no restart follows. */
  readonly final: boolean;
};

export type ContainerEvent =
  | { readonly type: 'begin' | 'pulled' | 'pullFailed' | 'neverPulled' | 'badName' | 'created' | 'configError' | 'createError' }
  | { readonly type: 'hookDone' | 'hookFailed' | 'startupPassed' | 'becameReady' | 'becameUnready' | 'fail' | 'stop' | 'deadline' }
  /** `restart`: the policy wants it to run again; `long`: it ran long enough to forget its back-off. */
  | { readonly type: 'exit'; readonly restart: boolean; readonly long: boolean };

/** As the kubelet: 10 s doubling up to five minutes, for crashes and for pulls alike. */
export const backOffMs = (failures: number): number => Math.min(10_000 * 2 ** (failures - 1), 300_000);
/** From here on the back-off no longer grows, so the count need not either. */
const longest = 6;
/** The runtime is looked at once a second. */
const relistMs = 1_000;
/** Wait of a pod worker whose sync failed. */
const syncRetryMs = 10_000;

/**
 * One container's life. Time is only ever named here (`after`), and what is to be done at a state's beginning is its entry
 * action's name; who walks the machine keeps the clock and does the deeds. No name and no time is in the context, so
 * containers at the same point of the same life are at the same moment.
 */
export const containerMachine = setup({
  types: { input: {} as ContainerShape, context: {} as ContainerContext, events: {} as ContainerEvent },
  delays: {
    relist: relistMs,
    syncRetry: syncRetryMs,
    pullBackOff: ({ context }) => backOffMs(context.failedPulls) - relistMs,
    /** The first restart is at once; later ones are seen to be in back-off at the next look. */
    beforeRestart: ({ context }) => (context.crashes === 0 ? 0 : relistMs),
    crashBackOff: ({ context }) => backOffMs(context.crashes) - relistMs,
  },
  guards: {
    hasPostStart: ({ context }) => context.postStart,
    hasPreStop: ({ context }) => context.preStop,
    isFirstCrash: ({ context }) => context.crashes === 0,
    isOver: ({ context, event }) => context.final || (event.type === 'exit' && !event.restart),
    ranLong: ({ event }) => event.type === 'exit' && event.long,
  },
  actions: {
    pull: () => {}, create: () => {}, runPostStart: () => {}, runPreStop: () => {}, sendStopSignal: () => {}, sendKill: () => {},
    watchProbes: () => {}, countRestart: () => {}, postStartFailed: () => {},
    showErrImagePull: () => {}, showImagePullBackOff: () => {}, showErrImageNeverPull: () => {}, showInvalidImageName: () => {},
    showConfigError: () => {}, showCreateError: () => {}, showRunning: () => {}, showReadiness: () => {}, showTerminated: () => {},
    showCrashLoopBackOff: () => {}, showLastTermination: () => {},
    countFailedPull: assign({ failedPulls: ({ context }) => Math.min(context.failedPulls + 1, longest) }),
    forgetFailedPulls: assign({ failedPulls: 0 }),
    countCrash: assign({ crashes: ({ context }) => Math.min(context.crashes + 1, longest) }),
    forgetCrashes: assign({ crashes: 0 }),
    beginRun: assign({ started: ({ context }) => !context.startupProbe, ready: ({ context }) => !context.startupProbe && !context.readinessProbe }),
    passStartup: assign({ started: true, ready: ({ context }) => !context.readinessProbe }),
    turnReady: assign({ ready: true }),
    turnUnready: assign({ ready: false }),
    endRun: assign({ started: false, ready: false }),
    makeFinal: assign({ final: true }),
  },
}).createMachine({
  id: 'container',
  context: ({ input }) => ({ ...input, crashes: 0, failedPulls: 0, started: false, ready: false, final: false }),
  initial: 'waiting',
  states: {
    waiting: { on: { begin: 'pulling', stop: 'terminated' } },

    pulling: {
      entry: 'pull',
      on: {
        pulled: { target: 'creating', actions: 'forgetFailedPulls' }, pullFailed: { target: 'errImagePull', actions: 'countFailedPull' },
        neverPulled: 'errImageNeverPull', badName: 'invalidImageName', stop: 'terminated',
      },
    },
    errImagePull: { entry: 'showErrImagePull', after: { relist: 'imagePullBackOff' }, on: { stop: 'terminated' } },
    imagePullBackOff: { entry: 'showImagePullBackOff', after: { pullBackOff: 'pulling' }, on: { stop: 'terminated' } },
    errImageNeverPull: { entry: 'showErrImageNeverPull', after: { syncRetry: 'pulling' }, on: { stop: 'terminated' } },
    invalidImageName: { entry: 'showInvalidImageName', after: { syncRetry: 'pulling' }, on: { stop: 'terminated' } },

    creating: {
      entry: 'create',
      on: {
        created: [{ guard: 'hasPostStart', target: 'postStart' }, { target: 'running' }],
        configError: 'configError', createError: 'createError', exit: '#ended', stop: 'terminated',
      },
    },
    configError: { entry: 'showConfigError', after: { syncRetry: 'pulling' }, on: { stop: 'terminated' } },
    createError: { entry: 'showCreateError', after: { syncRetry: 'pulling' }, on: { stop: 'terminated' } },

    postStart: {
      entry: 'runPostStart',
      on: {
        hookDone: 'running', hookFailed: { target: 'stopping', actions: 'postStartFailed' },
        exit: '#ended', stop: { target: 'stopping', actions: 'makeFinal' },
      },
    },
    running: {
      entry: ['beginRun', 'showRunning', 'watchProbes'],
      on: {
        startupPassed: { actions: ['passStartup', 'showReadiness'] }, becameReady: { actions: ['turnReady', 'showReadiness'] },
        becameUnready: { actions: ['turnUnready', 'showReadiness'] },
        fail: 'stopping', stop: { target: 'stopping', actions: 'makeFinal' }, exit: '#ended',
      },
    },
    stopping: {
      initial: 'deciding',
      states: {
        deciding: { always: [{ guard: 'hasPreStop', target: 'preStop' }, { target: 'signalled' }] },
        preStop: { entry: 'runPreStop', on: { hookDone: 'signalled', hookFailed: 'signalled', deadline: 'signalled' } },
        signalled: { entry: 'sendStopSignal', on: { deadline: 'killed' } },
        killed: { entry: 'sendKill' },
      },
      on: {
        stop: { actions: 'makeFinal' }, exit: '#ended',
        becameReady: { actions: ['turnReady', 'showReadiness'] }, becameUnready: { actions: ['turnUnready', 'showReadiness'] },
      },
    },

    /** Passed through at an exit: the policy decides whether the life goes on. */
    ended: {
      id: 'ended',
      always: [
        { guard: 'isOver', target: 'terminated', actions: 'showTerminated' },
        { guard: 'ranLong', target: 'exited', actions: 'forgetCrashes' },
        { target: 'exited' },
      ],
    },
    exited: {
      entry: ['endRun', 'showTerminated'],
      after: { beforeRestart: [{ guard: 'isFirstCrash', target: 'pulling', actions: ['countCrash', 'countRestart'] }, { target: 'crashLoopBackOff' }] },
      on: { stop: 'terminated' },
    },
    crashLoopBackOff: {
      entry: 'showCrashLoopBackOff',
      after: { crashBackOff: { target: 'pulling', actions: ['countCrash', 'countRestart'] } },
      on: { stop: { target: 'terminated', actions: 'showLastTermination' } },
    },
    terminated: { type: 'final', entry: 'endRun' },
  },
});
