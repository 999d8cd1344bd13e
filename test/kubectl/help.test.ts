import { describe, expect, test } from 'vitest';
import { membersOf, verbs, groups } from '../../src/kubectl/registry';
import { World } from './world';

const world = new World();

describe('help is made of the verbs', () => {
  test('kubectl alone lists every verb once', async () => {
    const { out, code } = await world.run('');
    expect(code).toBe(0);
    expect(out).toMatch(/^kubectl controls the Kubernetes cluster manager\.\n\n Find more information at:/);
    for (const { name } of [...verbs, ...groups].filter((each) => each.category)) expect(out.split(`\n  ${name} `)).toHaveLength(2);
    expect((await world.run('--help')).out).toBe(out);
  });

  test.each(verbs.map(({ name }) => name))('%s --help names its flags', async (name) => {
    const { out, err, code } = await world.run(`${name} --help`);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    const { flags, usage } = verbs.find((verb) => verb.name === name) ?? { flags: {}, usage: '' };
    for (const [flag, { hidden }] of Object.entries(flags)) if (!hidden) expect(out).toContain(`--${flag}=`);
    expect(out).toContain(`Usage:\n  kubectl ${usage} [options]\n`);
    expect((await world.run(`help ${name}`)).out).toBe(out);
  });

  test('a family lists its members, and without one fails', async () => {
    const { out, code } = await world.run('rollout');
    expect(code).toBe(1);
    for (const { name } of membersOf('rollout')) expect(out).toContain(`  ${name.slice('rollout '.length)} `);
    expect(await world.run('rollout foo')).toEqual({
      out: '', err: "error: unknown command \"foo\"\nSee 'kubectl rollout -h' for help and examples\n", code: 1,
    });
  });

  test('no two flags of a verb share a letter', () => {
    for (const { name, flags } of verbs) {
      const letters = Object.values(flags).flatMap(({ short }) => (short ? [short] : []));
      expect({ name, letters: [...new Set(letters)] }).toEqual({ name, letters });
    }
  });

  test('explain tells the shape of a kind', async () => {
    const { out } = await world.run('explain deployment.spec.strategy');
    expect(out).toMatch(/^GROUP: {6}apps\nKIND: {7}Deployment\nVERSION: {4}v1\n\nFIELD: strategy <DeploymentStrategy>\n/);
    expect(out).toContain('  rollingUpdate\t<RollingUpdateDeployment>\n');
    expect((await world.run('explain pod.spec.foo')).err).toBe('error: field "foo" does not exist\n');
    expect((await world.run('explain deployment.spec --recursive')).out).toContain('\n    rollingUpdate\t<RollingUpdateDeployment>\n      maxSurge\t<IntOrString>\n');
  });
});
