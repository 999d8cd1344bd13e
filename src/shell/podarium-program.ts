import { observableProgram } from '../containers/shell/observable-program';
import type { Program } from '../containers/shell/process';
import { concatMap, defer, from } from 'rxjs';

/** What a place can do with its cluster. Each says in a line what it did; what a place lacks is refused. */
export type Controls = {
  readonly pause?: () => string | Promise<string>;
  readonly play?: () => string | Promise<string>;
  readonly step?: () => string | Promise<string>;
  readonly idle?: () => string | Promise<string>;
  readonly speed?: (factor: number) => string | Promise<string>;
  readonly reset?: () => string | Promise<string>;
  readonly crashNode?: (name: string) => string | Promise<string>;
  readonly restartNode?: (name: string) => string | Promise<string>;
  /** SIGKILL to a container from its node; `pod` is `namespace/name` or a name in `default`. */
  readonly kill?: (pod: string, container: string) => string | Promise<string>;
};

const usage = `Usage: podarium <command>

  pause              Stop the cluster's time
  play               Let it run again
  step               Do the next thing that changes something
  idle               Run until nothing changes any more
  speed N            Run N times as fast as real time
  reset              Begin again with a fresh cluster
  node crash NAME    Switch a node off
  node restart NAME  Switch it on again
  kill POD [NAME]    End a container from outside, such as kube-system/kube-scheduler-control-plane
`;

/** What a control cannot do, in words for whoever asked. */
export class ControlError extends Error {}

/** `podarium pause` and the like: time and machines, which no Kubernetes command can reach. */
export const podariumProgram = (controls: Controls): Program =>
  observableProgram(({ argv: [, ...words] }) => defer(async () => run(controls, words)).pipe(concatMap(({ stdout = '', stderr = '', code }) => from([
    ...(stdout ? [{ stream: 'stdout', text: stdout } as const] : []), ...(stderr ? [{ stream: 'stderr', text: stderr } as const] : []),
    { stream: 'exit', code } as const,
  ]))));

type Result = { readonly stdout?: string; readonly stderr?: string; readonly code: number };

async function run(controls: Controls, words: readonly string[]): Promise<Result> {
  const [word = 'help'] = words;
  if (['help', '--help', '-h'].includes(word)) return { stdout: usage, code: 0 };
  try {
    const text = await act(controls, words);
    return { stdout: text && `${text}\n`, code: 0 };
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    return { stderr: `podarium: ${error.message}\n`, code: 1 };
  }
}

function act(controls: Controls, [word = '', first = '', second = '']: readonly string[]): string | Promise<string> {
  const available = <T>(control: T | undefined): T => {
    if (control === undefined) throw new ControlError(`${word} is not possible here`);
    return control;
  };
  switch (word) {
    case 'pause': case 'play': case 'step': case 'idle': case 'reset': return available(controls[word])();
    case 'speed': return available(controls.speed)(speedOf(first));
    case 'node': {
      const control = first === 'crash' ? controls.crashNode : first === 'restart' ? controls.restartNode : undefined;
      if (!second || (first !== 'crash' && first !== 'restart')) throw new ControlError('say node crash NAME or node restart NAME');
      return available(control)(second);
    }
    case 'kill':
      if (!first) throw new ControlError('say kill [NAMESPACE/]POD [CONTAINER]');
      return available(controls.kill)(first, second);
    default: throw new ControlError(`there is no command ${JSON.stringify(word)}: try podarium help`);
  }
}

const slowest = 0.25;
const fastest = 1_000;
function speedOf(text: string): number {
  const speed = Number(text.replace(/^x/, ''));
  if (!(speed >= slowest && speed <= fastest)) throw new ControlError(`speed wants a number from ${slowest} to ${fastest}, not ${JSON.stringify(text)}`);
  return speed;
}
