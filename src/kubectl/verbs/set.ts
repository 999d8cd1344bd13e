import { equal } from '../../lib/equality';
import { createTwoWayMergePatch } from '../../lib/patches/strategic-diff';
import { allFlag, dryRunFlag, dryRunOf, fieldManagerFlag, fileFlags, outputFlags, refuseKustomize, selectorFlag } from '../common-flags';
import { forEach } from '../each';
import { CommandError, UsageError } from '../errors';
import { bool, list, text, texts, type Flags, type Values } from '../flags';
import { pairOf } from '../generators/generator';
import { resultPrinter } from '../printers/result';
import { mergeFactsOf } from '../resources';
import { find, type Found } from '../targets';
import { at, isRecord, listAt, recordAt, textAt, withAt, type JsonRecord } from '../values';
import { defineVerb, type Output, type Verb } from '../verb';

/** Where a kind keeps its pod spec. */
const podSpecPath = ({ mapping }: Found): readonly string[] | undefined => {
  if (mapping.resource === 'pods') return ['spec'];
  if (mapping.resource === 'cronjobs.batch') return ['spec', 'jobTemplate', 'spec', 'template', 'spec'];
  return [
    'deployments.apps', 'replicasets.apps', 'daemonsets.apps', 'statefulsets.apps', 'jobs.batch', 'replicationcontrollers',
  ].includes(mapping.resource) ? ['spec', 'template', 'spec'] : undefined;
};

const common = { ...outputFlags, ...selectorFlag, ...fileFlags, ...dryRunFlag, ...allFlag, ...fieldManagerFlag('kubectl-set') };

/** A subcommand of set: changes pod specs, and says in one word what was done. */
type Setter<F extends Flags> = {
  readonly name: string; readonly usage: string; readonly summary: string; readonly done: string; readonly flags: F;
  /** Divides the arguments into resources and what to change. */
  split(args: readonly string[]): { readonly resources: readonly string[]; readonly words: readonly string[] };
  /** The changed pod spec. Throws CommandError. */
  change(spec: JsonRecord, words: readonly string[], flags: Values<F>): JsonRecord;
  /** Instead of changing: `set env --list`. */
  show?(found: Found, spec: JsonRecord): readonly string[];
};

const setVerb = <F extends Flags>({ name, usage, summary, done, flags: own, split, change, show }: Setter<F>): Verb =>
  defineVerb<Flags>({
    name: `set ${name}`, usage: `set ${usage}`, summary, completes: 'resources', flags: { ...common, ...own },
    async *run(context, args, given) {
      const flags = given as Values<F> & Values<typeof common>;
      refuseKustomize(flags.kustomize);
      const { resources, words } = split(args);
      if (resources.length === 0 && flags.filename.length === 0)
        throw new UsageError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
      const dryRun = dryRunOf(flags['dry-run']);
      const print = resultPrinter(flags, context.files, dryRun);
      const { found, errors } = await find(
        context, resources, { filenames: flags.filename, recursive: flags.recursive, selector: flags.selector, all: flags.all },
      );
      yield* forEach(found, errors, async function* (each) {
        const path = podSpecPath(each);
        if (!path) throw new CommandError(`the object is not a pod or does not have a pod template: ${each.mapping.kind}`);
        const spec = recordAt(each.object, ...path);
        if (show && at(flags, 'list') === true) { yield* lines(show(each, spec)); return; }
        const changed = withAt(each.object, path, change(spec, words, flags));
        if (equal(changed, each.object)) return;
        const patch = createTwoWayMergePatch(each.object, changed, mergeFactsOf(each.mapping));
        const result = dryRun === 'client' ? changed : await context.connection.patch(
          each, 'strategic', patch, { fieldManager: flags['field-manager'], ...(dryRun === 'server' && { dryRun: true }) },
        );
        yield print(each, done, result);
      });
    },
  });

function* lines(texts: readonly string[]): Generator<Output> { for (const line of texts) yield line; }

/** The containers that a name or `*` means, each changed. Throws CommandError when there are none. */
function eachContainer(spec: JsonRecord, named: string, change: (container: JsonRecord) => JsonRecord): JsonRecord {
  let matched = false;
  const visit = (container: JsonRecord): JsonRecord => {
    if (named !== '*' && textAt(container, 'name') !== named) return container;
    matched = true;
    return change(container);
  };
  const lists = (['initContainers', 'containers'] as const).filter((field) => spec[field] !== undefined);
  const changed = Object.fromEntries(lists.map((field) => [field, listAt(spec, field).filter(isRecord).map(visit)]));
  if (!matched) throw new CommandError(`unable to find container named ${JSON.stringify(named)}`);
  return { ...spec, ...changed };
}

const splitAtPairs = (args: readonly string[]) => {
  const first = args.findIndex((arg) => arg.includes('=') || (arg.endsWith('-') && !arg.includes('/')));
  return first < 0 ? { resources: args, words: [] } : { resources: args.slice(0, first), words: args.slice(first) };
};

export const setImage = setVerb({
  name: 'image', usage: 'image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N',
  summary: 'Update the image of a pod template', done: 'image updated', flags: {},
  split: splitAtPairs,
  change(spec, words) {
    if (words.length === 0) throw new CommandError('at least one image update is required');
    return words.reduce((current, word) => {
      const [name, image] = pairOf(word, 'image');
      return eachContainer(current, name, (container) => ({ ...container, image }));
    }, spec);
  },
});

export const setEnv = setVerb({
  name: 'env', usage: 'env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N', summary: 'Update environment variables on a pod template', done: 'env updated',
  flags: {
    containers: text('The names of containers in the selected pod templates to change - may use wildcards', { short: 'c', initial: '*' }),
    env: texts('Specify a key-value pair for an environment variable to set into each container.', { short: 'e' }),
    list: bool('If true, display the environment and any changes in the standard format.'),
    overwrite: bool('If true, allow environment to be overwritten.', { initial: true }),
    from: text('The name of a resource from which to inject environment variables. Not supported here.', { hidden: true }),
  },
  split: splitAtPairs,
  change(spec, words, flags) {
    if (flags.from) throw new CommandError('--from is not supported here');
    const all = [...words, ...flags.env];
    if (all.length === 0) throw new CommandError('at least one environment variable must be provided');
    return eachContainer(
      spec, flags.containers, (container) => ({ ...container, env: environment(listAt(container, 'env').filter(isRecord), all, flags.overwrite) }),
    );
  },
  show: (found, spec) => showEnvironment(found, spec),
});

function environment(current: readonly JsonRecord[], words: readonly string[], overwrite: boolean): readonly JsonRecord[] {
  const removed = new Set(words.filter((word) => !word.includes('=') && word.endsWith('-')).map((word) => word.slice(0, -1)));
  const set = new Map(words.filter((word) => word.includes('=')).map((word) => pairOf(word, 'environment variable')));
  const taken = current.find((variable) => set.has(textAt(variable, 'name')));
  if (!overwrite && taken) throw new CommandError(`'${textAt(taken, 'name')}' already has a value (${textAt(taken, 'value')}), and --overwrite is false`);
  const kept = current.filter((variable) => !removed.has(textAt(variable, 'name'))).map((variable) => {
    const value = set.get(textAt(variable, 'name'));
    set.delete(textAt(variable, 'name'));
    return value === undefined ? variable : { name: textAt(variable, 'name'), value };
  });
  return [...kept, ...[...set].map(([name, value]) => ({ name, value }))];
}

function showEnvironment({ mapping, name }: Found, spec: JsonRecord): readonly string[] {
  return listAt(spec, 'containers').filter(isRecord).flatMap((container) => [
    `# ${mapping.kind} ${name}, container ${textAt(container, 'name')}`,
    ...listAt(container, 'env').filter(isRecord).map(variableText),
  ]);
}

function variableText(variable: JsonRecord): string {
  const name = textAt(variable, 'name');
  return variable['valueFrom'] === undefined ? `${name}=${textAt(variable, 'value')}` : `# ${name} from ${sourceText(variable['valueFrom'])}`;
}

function sourceText(source: unknown): string {
  const [kind] = Object.keys(isRecord(source) ? source : {});
  const named = (what: string) => `${what} ${textAt(source, kind ?? '', 'name')}, key ${textAt(source, kind ?? '', 'key')}`;
  if (kind === 'fieldRef') return `field path ${textAt(source, kind, 'fieldPath')}`;
  if (kind === 'resourceFieldRef') return `resource field ${textAt(source, kind, 'resource')}`;
  return kind === 'secretKeyRef' ? named('secret') : named('configmap');
}

export const setResources = setVerb({
  name: 'resources', usage: 'resources (-f FILENAME | TYPE NAME) ([--limits=LIMITS & --requests=REQUESTS]',
  summary: 'Update resource requests/limits on objects with pod templates', done: 'resource requirements updated',
  flags: {
    containers: text('The names of containers in the selected pod templates to change, all containers are selected by default', { short: 'c', initial: '*' }),
    limits: list("The resource requirement limits for this container, for example 'cpu=100m,memory=256Mi'.", {}),
    requests: list("The resource requirement requests for this container, for example 'cpu=100m,memory=256Mi'.", {}),
  },
  split: (args) => ({ resources: args, words: [] }),
  change(spec, _, flags) {
    if (flags.limits.length === 0 && flags.requests.length === 0)
      throw new CommandError('you must specify an update to requests or limits (in the form of --requests/--limits)');
    const [limits, requests] = [
      Object.fromEntries(flags.limits.map((pair) => pairOf(pair, 'limit'))), Object.fromEntries(flags.requests.map((pair) => pairOf(pair, 'request'))),
    ];
    return eachContainer(spec, flags.containers, (container) => {
      const resources = recordAt(container, 'resources');
      const merged = (field: 'limits' | 'requests', added: JsonRecord) =>
        (Object.keys(added).length > 0 ? { [field]: { ...recordAt(resources, field), ...added } } : {});
      return { ...container, resources: { ...resources, ...merged('limits', limits), ...merged('requests', requests) } };
    });
  },
});
