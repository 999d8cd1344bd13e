import { describe, expect, test } from 'vitest';
import { completeKubectl } from '../../src/kubectl/completion';
import { World } from './world';

const world = new World({ 'p.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: web-1}\nspec: {containers: [{name: a, image: b}]}\n' });
await world.run('apply -f p.yaml');
await world.run('create ns foo');
const complete = async (line: string) => {
  const words = line.split(' ');
  const last = words.pop() ?? '';
  const { matches, files } = await completeKubectl(words, last, world.host().api, world.config);
  return files ? 'files' : matches.filter((match) => match.startsWith(last));
};

describe('completion', () => {
  test.each<[string, readonly string[]]>([
    ['ge', ['get']],
    ['rollout re', ['restart', 'resume']],
    ['get deploy', ['deployments']],
    ['get pods w', ['web-1']],
    ['-n default get pods w', ['web-1']],
    ['get pods -n f', ['foo']],
    ['get pod/w', ['pod/web-1']],
    ['logs w', ['web-1']],
    ['get pods --field', ['--field-selector']],
    ['get pods -o w', ['wide']],
    ['get pods --output=w', ['--output=wide']],
    ['delete pod web-1 --cascade=f', ['--cascade=foreground']],
    ['create dep', ['deployment']],
    ['config use-context k', ['kubernetes-admin@kubernetes']],
    ['help ro', ['rollout']],
    ['get pods -n nowhere w', []],
  ])('%s', async (line, expected) => expect(await complete(line)).toEqual(expected));

  test('-f wants files', async () => expect(await complete('apply -f ')).toBe('files'));
});
