import { describe, expect, test } from 'vitest';
import { kindFrom } from '../../src/kinds/define';
import { completeKubectl } from '../../src/kubectl/completion';
import { World } from './world';

const definition = 'org.example.v1.Gadget';
const everything = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const facts = { group: 'example.org', kind: 'Gadget', plural: 'gadgets', singular: 'gadget', shortNames: ['gd'], categories: ['all'], namespaced: true, verbs: everything, subresources: [] };
const gadgets = (version: string) => ({
  ...kindFrom({ ...facts, version }, {}),
  openApi: {
    definition,
    schemas: {
      [definition]: {
        type: 'object', description: 'A thing that turns.', required: ['spec'],
        properties: { spec: { type: 'object', description: 'How it is to turn.',
          properties: { turns: { type: 'integer', description: 'How often.' }, ways: { type: 'array', items: { type: 'string' } } } } },
        'x-kubernetes-group-version-kind': [{ group: 'example.org', version, kind: 'Gadget' }],
      },
    },
  },
});

/** A world whose server serves one more resource, at two versions. */
function worldWithGadgets(): World {
  const world = new World();
  world.server.kinds.set('gadgets.example.org', [gadgets('v1'), gadgets('v1alpha1')]);
  return world;
}

describe('kubectl knows what the server serves, not what it was built with', () => {
  test('a resource is listed, found by all its words, and gone when it is no longer served', async () => {
    const world = worldWithGadgets();
    expect((await world.run('api-resources --api-group=example.org --no-headers')).out).toMatch(/^gadgets +gd +example.org\/v1 +true +Gadget\n$/);
    for (const word of ['gadgets', 'gadget', 'gd', 'Gadgets', 'gadgets.example.org', 'gadgets.v1alpha1.example.org'])
      expect(await world.run(`get ${word}`)).toEqual({ out: '', err: 'No resources found in default namespace.\n', code: 0 });
    world.server.kinds.remove('gadgets.example.org');
    expect(await world.run('get gadgets')).toEqual({ out: '', err: 'error: the server doesn\'t have a resource type "gadgets"\n', code: 1 });
  });

  test('api-versions lists every version of a group', async () => {
    const lines = (await worldWithGadgets().run('api-versions')).out.split('\n');
    expect(lines).toEqual(expect.arrayContaining(['example.org/v1', 'example.org/v1alpha1', 'autoscaling/v1', 'autoscaling/v2']));
    expect(lines).toEqual([...lines].sort((a, b) => (a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1)));
  });

  test('explain reads the server\'s own document of a kind', async () => {
    const world = worldWithGadgets();
    expect((await world.run('explain gadgets')).out).toContain('DESCRIPTION:\n    A thing that turns.\n');
    const { out } = await world.run('explain gd.spec');
    expect(out).toContain('FIELD: spec <Object> -required-');
    expect(out).toContain('  turns\t<integer>\n    How often.\n');
    expect(out).toContain('  ways\t<[]string>\n');
    expect((await world.run('explain gadgets.spec.none')).err).toBe('error: field "none" does not exist\n');
  });

  test('completion offers it', async () => {
    const world = worldWithGadgets();
    expect((await completeKubectl(['get'], '', world.host().api, world.config)).matches).toContain('gadgets');
  });
});
