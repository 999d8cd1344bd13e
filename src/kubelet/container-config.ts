import type { ContainerConfig, FileTree, Mount } from '../containers/types';
import { milliValue, value } from '../lib/quantity';
import type { Container, VolumeMount } from '../schema/types';
import type { ContainerWorker } from './container-worker';
import { ConfigError, environment, type Environment } from './environment';
import { expand } from './expand';
import { SingleFile, SubTree } from './file-trees';
import { isWritable } from './volumes';

/** Everything the runtime needs to make the container, with no reference left. @throws ConfigError */
export function containerConfig(container: ContainerWorker): ContainerConfig {
  const { pod, spec } = container;
  const { metadata, spec: podSpec } = pod.pod;
  const services = pod.shared.serviceVariables.of(metadata.namespace, podSpec.enableServiceLinks ?? true);
  const env = environment(spec, pod.pod, pod.facts, pod.references, services);
  const { memory, cpu } = spec.resources?.limits ?? {};
  return {
    pod: pod.key, podUid: pod.uid, node: pod.node.name, name: spec.name, image: container.image,
    ...(spec.command && { command: expanded(spec.command, env) }),
    ...(spec.args && { args: expanded(spec.args, env) }),
    env,
    ...(spec.workingDir && { workingDir: spec.workingDir }),
    hostname: podSpec.hostNetwork ? pod.node.name : (podSpec.hostname ?? metadata.name.slice(0, 63)),
    ip: pod.ip ?? pod.node.ip,
    ports: portsOf(spec),
    mounts: mountsOf(container, env),
    ...(memory !== undefined && { memoryLimitBytes: value(memory) }),
    ...(cpu !== undefined && { cpuLimitMilli: milliValue(cpu) }),
    attempt: container.restarts,
    ...(spec.stdin && { stdin: true }), ...(spec.stdin && spec.stdinOnce && { stdinOnce: true }), ...(spec.tty && { tty: true }),
  };
}

const expanded = (words: readonly string[], env: Environment): readonly string[] =>
  (words.some((word) => word.includes('$')) ? words.map((word) => expand(word, (name) => env[name])) : words);

const noPorts: readonly number[] = [];
const ports = new WeakMap<Container, readonly number[]>();
function portsOf(spec: Container): readonly number[] {
  if (!spec.ports?.length) return noPorts;
  const known = ports.get(spec) ?? spec.ports.map(({ containerPort }) => containerPort);
  ports.set(spec, known);
  return known;
}

function mountsOf(container: ContainerWorker, env: Environment): readonly Mount[] {
  const { pod, spec: { volumeMounts = [], terminationMessagePath = '/dev/termination-log' } } = container;
  container.terminationFile = new SingleFile();
  const mounted = volumeMounts.map((mount): Mount => {
    const volume = pod.pod.spec.volumes?.find(({ name }) => name === mount.name);
    const files = pod.volumes.get(mount.name);
    if (!volume || !files) throw new ConfigError(`cannot find volume "${mount.name}" to mount into container "${container.name}"`);
    return { path: mount.mountPath, readOnly: !!mount.readOnly || !isWritable(volume), files: partOf(files, mount, env) };
  });
  return [{ path: terminationMessagePath, readOnly: false, files: container.terminationFile }, ...mounted];
}

function partOf(files: FileTree, { subPath, subPathExpr }: VolumeMount, env: Environment): FileTree {
  const path = subPathExpr === undefined ? subPath : expand(subPathExpr, (name) => env[name]);
  return path ? new SubTree(files, path.replace(/^\/+|\/+$/g, '')) : files;
}
