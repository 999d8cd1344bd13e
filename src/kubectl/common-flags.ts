import { CommandError } from './errors';
import { bool, duration, integer, list, text, texts } from './flags';

/** Flags that many verbs share; each verb takes those it means. */
export const globalFlags = {
  namespace: text('If present, the namespace scope for this CLI request', { short: 'n' }),
  context: text('The name of the kubeconfig context to use'),
  as: text('Username to impersonate for the operation. User could be a regular user or a service account in a namespace.'),
  'as-group': texts('Group to impersonate for the operation, this flag can be repeated to specify multiple groups.'),
  'as-uid': text('UID to impersonate for the operation.'),
  'request-timeout': text('How long to wait for a single server request before giving up; 0 means no limit.', { initial: '0' }),
  v: integer('number for the log level verbosity', { short: 'v' }),
  help: bool('Help for this command', { short: 'h', hidden: true }),
};

export const selectorFlag = { selector: text("Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.", { short: 'l' }) };
export const fieldSelectorFlag = { 'field-selector': text("Selector (field query) to filter on, supports '=', '==', and '!='.") };
export const allNamespacesFlag = { 'all-namespaces': bool('If present, list the requested objects across all namespaces.', { short: 'A' }) };
export const fileFlags = {
  filename: list('Files, directories or - (stdin) that hold the resources', { short: 'f' }),
  recursive: bool('Process the directory used in -f, --filename recursively.', { short: 'R' }),
  kustomize: text('Process a kustomization directory.', { short: 'k' }),
};
export const outputFlags = {
  output: text(
    'Output format. One of: (json, yaml, name, jsonpath, jsonpath-as-json, jsonpath-file).', { short: 'o', values: ['json', 'yaml', 'name', 'jsonpath='] },
  ),
  'show-managed-fields': bool('If true, keep the managedFields when printing objects in JSON or YAML format.'),
  template: text('Template to use with an output format that needs one.'),
};
export const dryRunFlag = { 'dry-run': text(
  'Must be "none", "server", or "client".', { initial: 'none', bare: 'unchanged', values: ['none', 'server', 'client'] },
) };
export const allFlag = { all: bool('Select all resources in the namespace of the specified resource types') };
export const fieldManagerFlag = (initial: string) => ({ 'field-manager': text('Name of the manager used to track field ownership.', { initial }) });
export const timeoutFlag = (help: string, initialMs = 0) => ({ timeout: duration(help, { initial: initialMs }) });

export type DryRun = 'none' | 'client' | 'server';
/** @throws CommandError with kubectl's words. */
export function dryRunOf(value: string): DryRun {
  if (value === 'none' || value === 'client' || value === 'server') return value;
  if (value === 'unchanged') throw new CommandError('--dry-run must be "none", "server", or "client"; a bare --dry-run is no longer accepted');
  throw new CommandError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
}
export const dryRunSuffix = (dryRun: DryRun): string => (dryRun === 'none' ? '' : dryRun === 'client' ? ' (dry run)' : ' (server dry run)');

/** Kustomize is not emulated: says so instead of doing something else. */
export function refuseKustomize(kustomize: string): void {
  if (kustomize) throw new CommandError('kustomize is not supported here: pass plain manifests with -f');
}
