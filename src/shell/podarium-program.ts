import { observableProgram, type CommandFrame } from '../containers/shell/observable-program';
import type { Program } from '../containers/shell/process';
import { catchError, concat, concatMap, defer, from, isObservable, map, of, throwError, type Observable } from 'rxjs';

/** What it did, as text or line by line. */
export type Said = string | Promise<string> | Observable<string>;

/** What a place can do with its cluster. Each says in a line what it did; what a place lacks is refused. */
export type Controls = {
  readonly pause?: () => string | Promise<string>;
  readonly play?: () => string | Promise<string>;
  readonly step?: () => string | Promise<string>;
  readonly idle?: () => string | Promise<string>;
  readonly speed?: (factor: number) => string | Promise<string>;
  /** A fresh cluster: of as many worker nodes as the last one, unless a number is given. */
  readonly reset?: (nodes?: number) => string | Promise<string>;
  /** What is done to a machine: `crash`, `partition`, … with its name and, where one is wanted, an argument. */
  readonly node?: (action: string, name: string, argument: string) => Said;
  /** Starts an optional part of the cluster, or says which there are; `off` takes it away again. */
  readonly enable?: (part: string, off: boolean) => Said;
  /** SIGKILL to a container from its node; `pod` is `namespace/name` or a name in `default`. */
  readonly kill?: (pod: string, container: string) => string | Promise<string>;
};

const usage = `Usage: podarium <command>

  pause                    Stop the cluster's time
  play                     Let it run again
  step                     Do the next thing that changes something
  idle                     Run until nothing changes any more
  speed N                  Run N times as fast as real time
  reset [NODES]            Begin again with a fresh cluster, of so many nodes
  node add [NAME]          Bring in another machine
  node remove NAME         Take it away, and its Node with it
  node crash NAME          Switch it off
  node restart NAME        Switch it on again, or off and on
  node stop-kubelet NAME   Stop its kubelet alone: containers go on
  node partition NAME      Cut it off from API server and other nodes
  node slow NAME [TIME]    Let it hear of everything so late (5s), and its heartbeats be
  node heal NAME           Undo the last three
  node recover NAME        Make it well again, whatever ails it
  node drain NAME          Cordon it and evict its pods, as their budgets allow
  upgrade NAME --to V      Drain it, give it a kubelet such as v1.36.3, uncordon it
  enable [PART]            Start an optional part of the cluster, or list them
  disable PART             Take it away again
  kill POD [NAME]          End a container from outside, such as kube-system/kube-scheduler-control-plane
`;

/** What a control cannot do, in words for whoever asked. */
export class ControlError extends Error {}

/** `podarium pause` and the like: time and machines, which no Kubernetes command can reach. */
export const podariumProgram = (controls: Controls): Program =>
  observableProgram(({ argv: [, ...words] }) => defer(async () => act(controls, words)).pipe(
    concatMap((said) => (isObservable(said) ? said : of(said))),
    map((line): CommandFrame => ({ stream: 'stdout', text: line && `${line.replace(/\n$/, '')}\n` })),
    (lines) => concat(lines, of<CommandFrame>({ stream: 'exit', code: 0 })),
    catchError((error: unknown) => (error instanceof ControlError
      ? from<CommandFrame[]>([{ stream: 'stderr', text: `podarium: ${error.message}\n` }, { stream: 'exit', code: 1 }]) : throwError(() => error))),
  ));

function act(controls: Controls, [word = 'help', ...rest]: readonly string[]): Said {
  const [first = '', second = '', third = ''] = rest;
  const available = <T>(control: T | undefined): T => {
    if (control === undefined) throw new ControlError(`${word} is not possible here`);
    return control;
  };
  switch (word) {
    case 'pause': case 'play': case 'step': case 'idle': return available(controls[word])();
    case 'reset': return available(controls.reset)(first ? nodesOf(first) : undefined);
    case 'speed': return available(controls.speed)(speedOf(first));
    case 'help': case '--help': case '-h': return usage;
    case 'node': return available(controls.node)(first, second, third);
    case 'upgrade': return available(controls.node)('upgrade', first, third.replace(/^v?/, 'v'));
    case 'enable': case 'disable': return available(controls.enable)(first, word === 'disable');
    case 'kill':
      if (!first) throw new ControlError('say kill [NAMESPACE/]POD [CONTAINER]');
      return available(controls.kill)(first, second);
    default: throw new ControlError(`there is no command ${JSON.stringify(word)}: try podarium help`);
  }
}

const mostNodes = 5_000;
function nodesOf(text: string): number {
  const nodes = Number(text);
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > mostNodes) throw new ControlError(`reset wants a number of nodes from 1 to ${mostNodes}, not ${JSON.stringify(text)}`);
  return nodes;
}

const slowest = 0.25;
const fastest = 1_000;
function speedOf(text: string): number {
  const speed = Number(text.replace(/^x/, ''));
  if (!(speed >= slowest && speed <= fastest)) throw new ControlError(`speed wants a number from ${slowest} to ${fastest}, not ${JSON.stringify(text)}`);
  return speed;
}
