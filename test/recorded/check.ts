import { describe, expect, test } from 'vitest';
import { equal } from '../../src/lib/equality';
import { exceptions } from './exceptions';
import { recordings, type RecordedFile } from './files';
import { replay } from './replay';

/** Replays a file of recorded steps and makes a test of each. An exception that has come right is a failure too: it is to be taken off the list. */
export function checkRecorded(file: RecordedFile): void {
  const excepted = exceptions[file];
  describe(`${file}: what a real API server answered`, () => {
    for (const { index, title, ours, theirs } of replay(recordings[file])) {
      const why = excepted[index];
      if (why !== undefined) test(`${index} ${title} (differs: ${why})`, () => expect(equal(ours, theirs)).toBe(false));
      else test(`${index} ${title}`, () => expect(ours).toEqual(theirs));
    }
  });
}

/** How many steps of a file are answered as the real server did; exceptions are not. */
export function equalSteps(file: RecordedFile): { readonly equal: number; readonly all: number } {
  const outcomes = replay(recordings[file]);
  return { equal: outcomes.filter(({ ours, theirs }) => equal(ours, theirs)).length, all: outcomes.length };
}
