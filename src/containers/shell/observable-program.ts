import type { Observable } from 'rxjs';
import type { Process, Program } from './process';
import { suspend } from './running';

/** Output of a command that somebody else runs; `exit` ends it. */
export type CommandFrame = { readonly stream: 'stdout' | 'stderr'; readonly text: string } | { readonly stream: 'exit'; readonly code: number };

/**
 * A program made of a stream: its frames are written as they come and as fast as the reader takes them, so they go through pipes.
 * The stream is unsubscribed when the process is killed. One that completes without an exit frame has ended well.
 */
export const observableProgram = (run: (process: Process) => Observable<CommandFrame>): Program => function* (process) {
  const pending: CommandFrame[] = [];
  let changed: () => void = () => {};
  let failure: { readonly error: unknown } | undefined;
  const subscription = run(process).subscribe({
    next: (frame) => { pending.push(frame); changed(); },
    error: (error: unknown) => { failure = { error }; changed(); },
    complete: () => { pending.push({ stream: 'exit', code: 0 }); changed(); },
  });
  try {
    for (;;) {
      for (const frame of pending.splice(0)) {
        if (frame.stream === 'exit') return frame.code;
        yield* process.print(frame.text, frame.stream === 'stdout' ? 1 : 2);
      }
      if (failure) throw failure.error;
      if (pending.length === 0) yield* suspend<void>((resume) => { changed = () => resume(undefined); });
    }
  } finally {
    subscription.unsubscribe();
  }
};
