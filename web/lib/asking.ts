import { defer, filter, map, Observable, take } from 'rxjs';
import type { Decision } from '../../src/scheduler/decisions';
import type { Session } from './session.svelte';

let lastId = 0;

/** What a command prints, without the console showing anything of it. */
export const ask = (session: Session, line: string): Observable<string> => defer(() => {
  const id = ++lastId;
  const answer = session.messages.pipe(filter((message) => message.type === 'asked'), filter((message) => message.id === id), take(1), map(({ text }) => text));
  session.post({ type: 'ask', id, line });
  return answer;
});

/** Why a pod went where it went, or went nowhere, as often as the scheduler decides. One pod at a time is followed. */
export const decisionsOn = (session: Session, pod: string): Observable<Decision | undefined> => new Observable((subscriber) => {
  subscriber.add(session.messages.subscribe((message) => { if (message.type === 'decision' && message.pod === pod) subscriber.next(message.decision); }));
  session.post({ type: 'decisions', pod });
  return () => session.post({ type: 'decisions' });
});
