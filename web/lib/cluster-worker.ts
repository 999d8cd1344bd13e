/** A worker with no cluster in it yet. */
export const startWorker = (): Worker => new Worker(new URL('../../src/worker/main.ts', import.meta.url), { type: 'module', name: 'podarium' });
