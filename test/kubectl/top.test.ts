import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recordedAt } from './described';
import { measuredWorld, topCommands } from './measured';
import { World } from './world';

/** What kubectl 1.35 said when it asked the same server through HTTP: each command, its output, `! ` before what went to stderr, and how it ended. */
const transcript = readFileSync(new URL('top.txt', import.meta.url), 'utf8');
const said = new Map(transcript.split(/^\$ kubectl /m).slice(1).map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]));

describe('top prints to the letter what kubectl prints', () => {
  test.each(topCommands)('%s', async (command) => {
    const { out, err, code } = await measuredWorld(recordedAt).run(command);
    expect(`${out}${err.replace(/^(?=.)/gm, '! ')}[${code}]\n`).toBe(said.get(command));
  });
});

test('a pod that has no metrics two minutes after it was made is told of', async () => {
  const world = measuredWorld(recordedAt);
  world.clock.advanceTo(recordedAt + 180_000);
  expect(await world.run('top pods -n fresh')).toEqual({ out: '', err: 'error: Metrics not available for pod fresh/new, age: 3m0s\n', code: 1 });
});

test('without a metrics server there is nothing to show', async () => {
  for (const what of ['nodes', 'pods']) expect(await new World().run(`top ${what}`)).toEqual({ out: '', err: 'error: Metrics API not available\n', code: 1 });
});
