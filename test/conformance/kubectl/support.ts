import { spawn, type ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect } from 'vitest';
import { binary } from '../../clients/binaries';
import { kubectlOf, startServe, type Outcome, type RunOptions, type Served } from '../../clients/serve';

const release = '1.35';
let count = 0;

/** A stock kubectl in a namespace of its own. */
export type Kubectl = {
  readonly namespace: string;
  /** The output of a command that must succeed; words are split at spaces unless given one by one. */
  (words: string | readonly string[], options?: RunOptions): Promise<string>;
  /** A command that may fail. */
  attempt(words: string | readonly string[], options?: RunOptions): Promise<Outcome>;
  /** A command that goes on; ended by its `kill`. */
  start(words: readonly string[]): ChildProcess;
  /** Tries a command until its output is right. */
  until(words: string | readonly string[], right: (out: string) => boolean): Promise<string>;
};

/** One `podarium serve` for a file of tests; gives a kubectl with a fresh namespace. */
export function servedKubectl(): () => Promise<Kubectl> {
  let served: Served;
  beforeAll(async () => { served = await startServe(['--speed', '10']); });
  afterAll(async () => { await served.stop(); });
  return async () => {
    const namespace = `kubectl-${++count}`;
    const run = kubectlOf(release, served);
    const split = (words: string | readonly string[]): readonly string[] => (typeof words === 'string' ? words.split(' ') : words);
    const attempt: Kubectl['attempt'] = (words, options) => run(['--namespace', namespace, ...split(words)], options);
    const kubectl = async (words: string | readonly string[], options?: RunOptions): Promise<string> => {
      const outcome = await attempt(words, options);
      expect(outcome, split(words).join(' ')).toMatchObject({ code: 0 });
      return outcome.out;
    };
    expect((await run(['create', 'namespace', namespace])).code).toBe(0);
    const start: Kubectl['start'] = (words) => spawn(binary(release, 'kubectl'), ['--kubeconfig', served.kubeconfig, '--namespace', namespace, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    const until: Kubectl['until'] = async (words, right) => {
      for (let tries = 0; tries < 200; tries++) {
        const { out } = await attempt(words);
        if (right(out)) return out;
      }
      throw new Error(`never: ${split(words).join(' ')}`);
    };
    return Object.assign(kubectl, { namespace, attempt, start, until });
  };
}
