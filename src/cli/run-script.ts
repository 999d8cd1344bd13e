import type { Cluster } from '../cluster';
import type { Console } from '../shell/console';

/** Where a command line program writes, and how it lets waiting code go on. */
export type Output = {
  out(text: string): void;
  err(text: string): void;
  /** Comes back when every promise that could go on has gone on. */
  settle(): Promise<void>;
};

/** A script that waits for what never comes ends after so much of the cluster's time. */
const longestMs = 24 * 3_600_000;
const timeoutCode = 124;

/**
 * Runs a script in a console, in virtual time: whenever its commands wait, the cluster takes its next step.
 * Between two steps everything that can go on does, so the same script always meets the same cluster. Gives the last exit code,
 * or 124 when it is not over after `limitMs`.
 */
export async function runScript(cluster: Cluster, session: Console, script: string, { out, err, settle }: Output, limitMs = longestMs): Promise<number> {
  const { clock } = cluster;
  const until = clock.now() + limitMs;
  let ended: { readonly code: number } | undefined;
  let failure: { readonly error: unknown } | undefined;
  const subscription = session.run(script).subscribe({
    next: (frame) => { if (frame.stream === 'exit') ended = { code: frame.code }; else if (frame.stream === 'stdout') out(frame.text); else err(frame.text); },
    error: (error: unknown) => { failure = { error }; },
  });
  session.endInput();   // there is nobody to type
  try {
    for (;;) {
      await settle();
      if (failure) throw failure.error;
      if (ended) return ended.code;
      if (clock.now() >= until || !clock.step()) {
        err('podarium: the script waits for something that does not come\n');
        return timeoutCode;
      }
    }
  } finally {
    subscription.unsubscribe();
    session.close();
  }
}
