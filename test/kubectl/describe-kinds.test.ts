import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { prepare } from './described';
import { World } from './world';

const here = new URL('describe-kinds/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, here), 'utf8');
const cases = readdirSync(here).filter((file) => file.endsWith('.yaml')).map((file) => file.replace(/\.yaml$/, ''));

/** What the server makes up. */
const made = (text: string): string => text.replace(/(UID|Resource Version):( +)\S+/g, '$1:$2made');

/** Beside each manifest stands what kubectl 1.35 printed about its first object, asked through HTTP from the same server. */
describe('describe prints to the letter what kubectl prints', () => {
  test.each(cases)('%s', async (name) => {
    const world = new World();
    const { out, err } = await world.run(prepare(world, read(`${name}.yaml`)));
    expect(made(out)).toBe(made(read(`${name}.txt`)));
    expect(err.replace(/^Warning: .*\n/, '')).toBe('');
  });
});

test('an autoscaler is described by its newest version, whichever was asked for', async () => {
  const world = new World();
  prepare(world, read('hpa.yaml'));
  expect((await world.run('describe hpa.v1.autoscaling web')).out).toBe(read('hpa.txt'));
});

test('events are left out where nobody wants them', async () => {
  const world = new World();
  const command = prepare(world, read('job.yaml'));
  const [before] = read('job.txt').split('Events:');
  expect((await world.run(`${command} --show-events=false`)).out).toBe(before);
});
