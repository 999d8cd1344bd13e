import { optionalParts, type OptionalName } from '../cluster/optional-part';
import type { AuthorizationMode } from '../apiserver/authorization/modes';

/** What was asked on the command line. */
export type Asked =
  | { readonly command: 'help' }
  | { readonly command: 'version' }
  | { readonly command: 'run'; readonly script: string; readonly nodes: number; readonly seed: number }
  | ServeAsked;
export type ServeAsked = {
  readonly command: 'serve';
  /** 0 for any that is free. */
  readonly port: number;
  readonly host: string;
  readonly nodes: number;
  readonly seed: number;
  readonly speed: number;
  /** Where the kubeconfig is written. */
  readonly kubeconfig: string;
  /** Files that are applied before anybody is served. */
  readonly manifests: readonly string[];
  readonly authorizationMode: AuthorizationMode;
  /** A file of bearer tokens and the users they stand for. */
  readonly tokenAuthFile?: string;
  /** Group versions that are served beside those that are on by default. */
  readonly runtimeConfig: readonly string[];
  /** Parts of the cluster that are off by default. */
  readonly enable: readonly OptionalName[];
  /** A file for audit events, or `-` for standard output. */
  readonly auditLog?: string;
  /** A file with an audit policy. */
  readonly auditPolicy?: string;
};

/** Wrong use of the command: told, with exit code 2. */
export class ArgumentError extends Error {}

export const usage = `Usage: podarium <command> [options]

Commands:
  serve             Serve the Kubernetes API of a fresh cluster over HTTP, for kubectl, helm and client libraries
  run SCRIPT.sh     Run console commands against a fresh cluster, in virtual time; - reads them from stdin
  version           Print the version
  help              Print this

Options of run:
  --nodes N         Worker nodes beside the control plane, 0 to 5000 (default 3)
  --seed S          The same seed and the same script give the same history (default 1)

Options of serve:
  --port N          Port to listen on, 0 for any that is free (default 6443)
  --host ADDRESS    Address to listen on (default 127.0.0.1: this machine alone)
  --nodes N, --seed S   As of run
  --speed X         How many times as fast as real time the cluster lives (default 1)
  --kubeconfig FILE Where to write the kubeconfig, whose context is podarium (default podarium.kubeconfig)
  --manifest FILE   Apply this before serving; may be given several times
  --authorization-mode MODE   AlwaysAllow, or RBAC for all but the kubeconfig's own user (default AlwaysAllow)
  --token-auth-file FILE      Bearer tokens of further users: token,user,uid,"group1,group2" a line, as of kube-apiserver
  --runtime-config GROUP/VERSION   Serve a version that is off by default, such as certificates.k8s.io/v1beta1; may be given several times
  --enable PART               Start a part that is off by default: ${optionalParts.join(', ')}; may be given several times
  --audit-log FILE            Write audit events there, one JSON object a line; - for standard output
  --audit-policy FILE         What is told, and how much: an audit.k8s.io/v1 Policy (default metadata of everything)

The exit code of run is that of the script's last command. 2 means that this command was used wrongly.
`;

const defaultNodes = 3;
const defaultSeed = 1;
const defaultPort = 6_443;
const mostNodes = 5_000;

/** Reads the words after `podarium`. Throws ArgumentError. */
export function parseArguments(words: readonly string[]): Asked {
  const [command = 'help', ...rest] = words;
  if (rest.includes('--help') || rest.includes('-h')) return { command: 'help' };
  switch (command) {
    case 'help': case '--help': case '-h': return { command: 'help' };
    case 'version': case '--version': if (rest.length > 0) throw new ArgumentError(`version takes no arguments, but was given ${JSON.stringify(rest[0])}`); return { command: 'version' };
    case 'run': return runArguments(rest);
    case 'serve': return serveArguments(rest);
    default: throw new ArgumentError(`unknown command ${JSON.stringify(command)}`);
  }
}

type Options = Readonly<Record<string, readonly string[]>>;

/** Options by name, with the values given, and the words that are none. Throws ArgumentError for one that is not in `names`. */
function optionsIn(words: readonly string[], names: readonly string[]): { readonly options: Options; readonly operands: readonly string[] } {
  const options: Record<string, string[]> = {};
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const [, name, attached] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) {
      if (word.startsWith('-') && word !== '-') throw new ArgumentError(`unknown option ${word}`);
      operands.push(word);
      continue;
    }
    if (!names.includes(name)) throw new ArgumentError(`unknown option --${name}`);
    const value = attached ?? words[++at];
    if (value === undefined) throw new ArgumentError(`--${name} needs a value`);
    (options[name] ??= []).push(value);
  }
  return { options, operands };
}

const serveOptions = [
  'port', 'host', 'nodes', 'seed', 'speed', 'kubeconfig', 'manifest', 'authorization-mode', 'token-auth-file', 'runtime-config', 'enable', 'audit-log', 'audit-policy',
];

const last = (options: Options, name: string): string | undefined => options[name]?.at(-1);

function clusterOptions(options: Options): { readonly nodes: number; readonly seed: number } {
  return { nodes: whole('nodes', last(options, 'nodes'), defaultNodes, 0, mostNodes), seed: whole('seed', last(options, 'seed'), defaultSeed, -(2 ** 31), 2 ** 32 - 1) };
}

function runArguments(words: readonly string[]): Asked {
  const { options, operands: [script, ...more] } = optionsIn(words, ['nodes', 'seed']);
  if (script === undefined) throw new ArgumentError('run needs a script: a file, or - for stdin');
  if (more.length > 0) throw new ArgumentError(`run takes one script, but was also given ${JSON.stringify(more[0])}`);
  return { command: 'run', script, ...clusterOptions(options) };
}

function serveArguments(words: readonly string[]): Asked {
  const { options, operands: [operand] } = optionsIn(words, serveOptions);
  if (operand !== undefined) throw new ArgumentError(`serve takes options only, but was given ${JSON.stringify(operand)}`);
  const [auditLog, auditPolicy, tokenAuthFile] = [last(options, 'audit-log'), last(options, 'audit-policy'), last(options, 'token-auth-file')];
  if (auditPolicy !== undefined && auditLog === undefined) throw new ArgumentError('--audit-policy wants an --audit-log too');
  return {
    ...(auditLog !== undefined && { auditLog }), ...(auditPolicy !== undefined && { auditPolicy }), ...(tokenAuthFile !== undefined && { tokenAuthFile }),
    command: 'serve', ...clusterOptions(options), port: whole('port', last(options, 'port'), defaultPort, 0, 65_535), host: last(options, 'host') ?? '127.0.0.1',
    speed: speedOf(last(options, 'speed')), kubeconfig: last(options, 'kubeconfig') ?? 'podarium.kubeconfig', manifests: options['manifest'] ?? [],
    authorizationMode: modeOf(last(options, 'authorization-mode')), runtimeConfig: (options['runtime-config'] ?? []).map(groupVersion),
    enable: (options['enable'] ?? []).map(partNamed),
  };
}

function speedOf(text = '1'): number {
  const speed = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || !(speed > 0)) throw new ArgumentError(`--speed wants a number above 0, not ${JSON.stringify(text)}`);
  return speed;
}

function modeOf(text = 'AlwaysAllow'): AuthorizationMode {
  if (text === 'AlwaysAllow') return text;
  if (text === 'RBAC' || text === 'Node,RBAC') return 'RBAC';
  throw new ArgumentError(`--authorization-mode wants AlwaysAllow or RBAC, not ${JSON.stringify(text)}`);
}

function partNamed(text: string): OptionalName {
  const found = optionalParts.find((name) => name === text);
  if (!found) throw new ArgumentError(`--enable wants one of ${optionalParts.join(', ')}, not ${JSON.stringify(text)}`);
  return found;
}

/** `certificates.k8s.io/v1beta1`, or `...=true` as kube-apiserver has it. */
function groupVersion(text: string): string {
  const [, apiVersion] = /^([a-z0-9.-]+\/v\w+)(?:=true)?$/.exec(text) ?? [];
  if (apiVersion === undefined) throw new ArgumentError(`--runtime-config wants a group version, not ${JSON.stringify(text)}`);
  return apiVersion;
}

function whole(name: string, text: string | undefined, otherwise: number, least: number, most: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!/^-?\d+$/.test(text) || number < least || number > most)
    throw new ArgumentError(`--${name} wants a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`);
  return number;
}
