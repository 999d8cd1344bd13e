import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { onDisk } from '../../src/cli/command';
import { runScript } from '../../src/cli/run-script';
import { createCluster, type Cluster } from '../../src/cluster';
import { consoleOf } from '../../src/shell/cluster-console';

const folder = resolve('examples');
const examples = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'steps.sh')));

type Played = { readonly code: number; readonly out: string; readonly err: string };

/** Plays a script of an example as a person at the console would, in virtual time. */
async function play(cluster: Cluster, example: string, script: string): Promise<Played> {
  let out = '';
  let err = '';
  const session = consoleOf(cluster, { mount: onDisk(join(folder, example)) });
  const code = await runScript(cluster, session, readFileSync(join(folder, example, script), 'utf8'), {
    out: (text) => { out += text; }, err: (text) => { err += text; }, settle: () => setImmediate(),
  });
  return { code, out, err };
}

test('the six inputs that must run unchanged are here', () => {
  expect(examples).toEqual(expect.arrayContaining(['guestbook', 'kuard-pod', 'kuard-replicaset', 'nginx-rollout', 'quarantine', 'three-mistakes']));
});

describe.each(examples)('%s', (example) => {
  test('its check fails on an untouched cluster and passes after its steps', async () => {
    const cluster = createCluster().boot();
    expect((await play(cluster, example, 'check.sh')).code).not.toBe(0);
    const steps = await play(cluster, example, 'steps.sh');
    const check = await play(cluster, example, 'check.sh');
    expect(check, `${steps.out}${steps.err}`).toMatchObject({ code: 0 });
  });

  test('the same seed gives the same output and the same history', async () => {
    const [first, second] = [createCluster({ seed: 5 }).boot(), createCluster({ seed: 5 }).boot()];
    expect(await play(first, example, 'steps.sh')).toEqual(await play(second, example, 'steps.sh'));
    expect(first.log() === second.log()).toBe(true);
  });
});

describe('what the texts say', () => {
  test('extensions/v1beta1 is refused as a current cluster refuses it', async () => {
    const { err } = await play(createCluster().boot(), 'kuard-replicaset', 'steps.sh');
    expect(err).toBe('error: resource mapping not found for name: "kuard" namespace: "" from "kuard-rs-v1beta1.yaml": no matches for kind "ReplicaSet" in version "extensions/v1beta1"\n'
      + 'ensure CRDs are installed first\n');
  });

  test('three mistakes, three answers', async () => {
    const { err } = await play(createCluster().boot(), 'three-mistakes', 'steps.sh');
    expect(err).toBe([
      'Error from server (BadRequest): error when creating "broken.yaml": Deployment in version "v1" cannot be handled as a Deployment: '
        + 'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
      'Error from server (BadRequest): error when creating "step-1.yaml": Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"',
      'The Deployment "hello" is invalid: spec.template.metadata.labels: Invalid value: {"app":"hallo"}: `selector` does not match template `labels`',
      '',
    ].join('\n'));
  });

  test('a bad tag stalls the rollout while the old pods serve, and undo brings it back', async () => {
    const { out, err } = await play(createCluster().boot(), 'nginx-rollout', 'steps.sh');
    expect(out).toMatch(/nginx-\S+ +0\/1 +(ImagePullBackOff|ErrImagePull) /);
    expect(out.match(/1\/1 +Running/g)).toHaveLength(3);
    expect(out).toContain('deployment.apps/nginx rolled back\n');
    expect(err).toBe('error: timed out waiting for the condition\n');
  });
});
