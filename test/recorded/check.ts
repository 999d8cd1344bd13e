import { describe, expect, test } from 'vitest';
import { equal } from '../../src/lib/equality';
import { exceptions, later } from './exceptions';
import { recordings, type RecordedFile } from './files';
import { replay, type Answer, type Outcome } from './replay';
import { withoutOwnership } from './stable';

const resourceOf = (path: string): string => /^\/apis?(?:\/[^/]+)?\/v\w+(?:\/namespaces\/[^/]+)?\/(\w+)/.exec(path)?.[1] ?? '';

/** Replays a file of recorded steps and makes a test of each. An exception that has come right is a failure too: it is to be taken off the list. */
export function checkRecorded(file: RecordedFile): void {
  const excepted = exceptions[file];
  describe(`${file}: what a real API server answered`, () => {
    const outcomes = replay(recordings[file]);
    const compared = comparison(outcomes);
    for (const { index, title, request, ours, theirs } of outcomes) {
      const why = excepted[index];
      if (why !== undefined) test(`${index} ${title} (differs: ${why})`, () => expect(equal(compared(ours), compared(theirs))).toBe(false));
      else if (!later.has(resourceOf(request.path))) test(`${index} ${title}`, () => expect(compared(ours)).toEqual(compared(theirs)));
    }
  });
}

/** How many steps of a file are answered as the real server did; exceptions are not. */
export function equalSteps(file: RecordedFile): { readonly equal: number; readonly all: number } {
  const outcomes = replay(recordings[file]);
  const compared = comparison(outcomes);
  return { equal: outcomes.filter(({ ours, theirs }) => equal(compared(ours), compared(theirs))).length, all: outcomes.length };
}

/** What is compared: everything; but owners of fields only where the server keeps any. */
function comparison(outcomes: readonly Outcome[]): (answer: Answer) => Answer {
  const keepsOwners = outcomes.some(({ ours }) => JSON.stringify(ours.body).includes('"managedFields"'));
  return keepsOwners ? (answer) => answer : (answer) => ({ ...answer, body: withoutOwnership(answer.body) });
}
