import { describe, expect, test } from 'vitest';
import { equal } from '../../src/lib/equality';
import { exceptions, later, type RecordedFile } from './exceptions';
import { compared, replay, type Step } from './replay';

const resourceOf = (path: string): string => /^\/apis?(?:\/[^/]+)?\/v\w+(?:\/namespaces\/[^/]+)?\/(\w+)/.exec(path)?.[1] ?? '';

/** Replays a file of recorded steps and makes a test of each. An exception that has come right is a failure too: it is to be taken off the list. */
export function checkRecorded(file: RecordedFile, steps: readonly Step[]): void {
  const excepted = exceptions[file];
  describe(`${file}: what a real API server answered`, () => {
    for (const { index, title, request, ours, theirs } of replay(steps, `rec-${file}`)) {
      const why = excepted[index];
      if (why !== undefined) test(`${index} ${title} (differs: ${why})`, () => expect(equal(compared(ours), compared(theirs))).toBe(false));
      else if (!later.has(resourceOf(request.path))) test(`${index} ${title}`, () => expect(compared(ours)).toEqual(compared(theirs)));
    }
  });
}
