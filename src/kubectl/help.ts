import { globalFlags } from './common-flags';
import type { Flags } from './flags';
import type { Category, Verb } from './verb';

const categories: readonly Category[] = [
  'Basic Commands (Beginner)', 'Basic Commands (Intermediate)', 'Deploy Commands', 'Cluster Management Commands',
  'Troubleshooting and Debugging Commands', 'Advanced Commands', 'Settings Commands', 'Other Commands',
];

/** A family of subcommands that does nothing by itself. */
export type Group = { readonly name: string; readonly category?: Category; readonly usage: string; readonly summary: string };

const options = 'Use "kubectl options" for a list of global command-line options (applies to all commands).';
const rows = (entries: readonly { readonly name: string; readonly summary: string }[], width: number) =>
  entries.map(({ name, summary }) => `  ${name.padEnd(width)} ${summary}`).join('\n');

/** `kubectl` alone. */
export function rootHelp(entries: readonly (Verb | Group)[]): string {
  const sections = categories.map((category) => ({
    category, entries: entries.filter((entry) => entry.category === category),
  })).filter((section) => section.entries.length > 0);
  const width = Math.max(15, ...entries.filter(({ category }) => category).map(({ name }) => name.length));
  return [
    'kubectl controls the Kubernetes cluster manager.', '',
    ' Find more information at: https://kubernetes.io/docs/reference/kubectl/', '',
    ...sections.flatMap((section) => [`${section.category}:`, rows(section.entries, width), '']),
    'Usage:', '  kubectl [flags] [options]', '',
    'Use "kubectl <command> --help" for more information about a given command.', options, '',
  ].join('\n');
}

/** `kubectl rollout` alone. */
export const groupHelp = ({ name, usage, summary }: Group, members: readonly { readonly name: string; readonly summary: string }[]): string =>
  [
    `${summary}.`, '', 'Available Commands:', rows(
      members.map((member) => ({ ...member, name: member.name.slice(name.length + 1) })),
      Math.max(13, ...members.map((member) => member.name.length - name.length - 1)),
    ), '',
    'Usage:', `  kubectl ${usage} [options]`, '',
    `Use "kubectl ${name} <command> --help" for more information about a given command.`, options, '',
  ].join('\n');

/** `kubectl get --help`. */
export const verbHelp = ({ usage, summary, examples = [], flags }: Verb, members: readonly { readonly name: string; readonly summary: string }[]): string =>
  [
    `${summary}.`, '',
    ...(examples.length > 0 ? ['Examples:', ...examples.map((example) => `  ${example}`), ''] : []),
    ...(members.length > 0 ? [
      'Available Commands:', rows(members.map((member) => ({ ...member, name: member.name.split(' ').slice(1).join(' ') })), 19), '',
    ] : []),
    ...(Object.keys(flags).length > 0 ? ['Options:', flagsHelp(flags)] : []),
    'Usage:', `  kubectl ${usage} [options]`, '', options, '',
  ].join('\n');

/** `kubectl options`. */
export const optionsHelp = (): string => `The following options can be passed to any command:\n\n${flagsHelp(globalFlags)}`;

const flagsHelp = (flags: Flags): string =>
  Object.entries(flags).filter(([, { hidden }]) => !hidden).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { short, shown, help }]) => `    ${short ? `-${short}, ` : ''}--${name}=${shown}:\n\t${help}\n`).join('\n');
