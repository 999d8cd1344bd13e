import { findJsonPath, JsonPathError } from '../../lib/json-path';
import type { KubeObject } from '../../api/types';
import { allFlag, allNamespacesFlag, fieldSelectorFlag, fileFlags, outputFlags, refuseKustomize, selectorFlag, timeoutFlag } from '../common-flags';
import { StatusError } from '../../api/status';
import type { Place } from '../connection';
import { CommandError, throwAll, UsageError } from '../errors';
import { text } from '../flags';
import { resultPrinter } from '../printers/result';
import { Deadline } from '../streams';
import { find, targetsOf, type Found } from '../targets';
import { isRecord, listAt, numberAt, textAt } from '../values';
import { defineVerb, type Context, type Output, type Run } from '../verb';

/** What is waited for. `met` is asked of each version of the object. */
type Goal = { readonly kind: 'delete' | 'create' } | { readonly kind: 'state'; met(object: KubeObject): boolean };

export const wait = defineVerb({
  name: 'wait',
  category: 'Advanced Commands',
  usage: "wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  summary: 'Wait for a specific condition on one or many resources',
  examples: [
    '# Until a deployment is available', 'kubectl wait --for=condition=available deployment/web', '', '# Until a pod is gone',
    'kubectl wait --for=delete pod/web-1 --timeout=60s', '', '# Until a field has a value', "kubectl wait --for=jsonpath='{.status.phase}'=Running pod/web-1",
  ],
  completes: 'resources',
  flags: {
    ...outputFlags, ...selectorFlag, ...fieldSelectorFlag, ...allNamespacesFlag, ...fileFlags, ...allFlag,
    for: text('The condition to wait on: [create|delete|condition=condition-name[=condition-value]|jsonpath=\'{JSONPath expression}\'=[JSONPath value]].'),
    ...timeoutFlag('The length of time to wait before giving up. Zero means check once and don\'t wait, negative means wait for a week.', 30_000),
  },

  async *run(context, args, flags) {
    refuseKustomize(flags.kustomize);
    const goal = goalOf(flags.for);
    const print = resultPrinter(flags, context.files);
    const timeoutMs = flags.timeout < 0 ? weekMs : flags.timeout === 0 ? 1 : flags.timeout;
    const deadline = new Deadline(context.clock, timeoutMs, context.signal);
    let current: Found | undefined;
    const failures: unknown[] = [];
    try {
      if (args.length === 0 && flags.filename.length === 0) throw new UsageError('You must provide one or more resources by argument or filename.');
      if (goal.kind === 'create') { yield* untilCreated(context, args, deadline, (place, object) => print(place, 'condition met', object)); return; }
      const { found, errors } = await find(
        context, args,
        {
          filenames: flags.filename, recursive: flags.recursive, selector: flags.selector, fieldSelector: flags['field-selector'],
          allNamespaces: flags['all-namespaces'], all: flags.all,
        },
      );
      const missing = goal.kind === 'delete' ? errors.filter((error) => !StatusError.is(error, 'NotFound')) : errors;
      throwAll(missing);
      if (found.length === 0 && goal.kind !== 'delete') throw new CommandError('no matching resources found');
      for (current of found) {
        try {
          await reached(context, current, goal, deadline);
          yield print(current, 'condition met', current.object);
        } catch (error) { failures.push(deadline.expired ? timedOut(current) : error); }
      }
    } catch (error) { throw deadline.expired && current ? timedOut(current) : error; } finally { deadline.end(); }
    throwAll(failures);
  },
});

const weekMs = 7 * 24 * 3_600_000;
const timedOut = ({ mapping, name }: Place): CommandError => new CommandError(`timed out waiting for the condition on ${mapping.plural}/${name}`);

/** Reads `--for`. Throws CommandError. */
function goalOf(text: string): Goal {
  if (text.toLowerCase() === 'delete' || text.toLowerCase() === 'create') return { kind: text.toLowerCase() === 'delete' ? 'delete' : 'create' };
  if (text.startsWith('condition=')) {
    const [type = '', value = 'true'] = text.slice('condition='.length).split('=');
    return { kind: 'state', met: (object) => hasCondition(object, type, value) };
  }
  if (text.startsWith('jsonpath=')) return pathGoal(text.slice('jsonpath='.length));
  throw new CommandError(text ? `unrecognized condition: ${JSON.stringify(text)}` : 'unrecognized condition: ""');
}

function hasCondition(object: KubeObject, type: string, value: string): boolean {
  const condition = listAt(object, 'status', 'conditions').filter(isRecord).find((each) => textAt(each, 'type').toLowerCase() === type.toLowerCase());
  const seen = numberAt(condition, 'observedGeneration') ?? numberAt(object, 'status', 'observedGeneration');
  if (!condition || (seen !== undefined && seen < (object.metadata.generation ?? 0))) return false;
  return textAt(condition, 'status').toLowerCase() === value.toLowerCase();
}

/** `{.status.phase}=Running`; without a value any value will do. */
function pathGoal(text: string): Goal {
  const [, path, value] = /^(\{.*\}|[^=]*)(?:=(.*))?$/s.exec(text.replace(/^'|'$/g, '')) ?? [];
  if (!path) throw new CommandError('jsonpath wait format must be --for=jsonpath=\'{.status.readyReplicas}\'=3 or --for=jsonpath=\'{.status.readyReplicas}\'');
  if (value === '') throw new CommandError('jsonpath wait has to have a value after equal sign, like --for=jsonpath=\'{.status.readyReplicas}\'=3');
  const template = path.startsWith('{') ? path : `{${path.startsWith('.') ? '' : '.'}${path}}`;
  return {
    kind: 'state',
    met(object) {
      try {
        const [found] = findJsonPath(template, object).flat();
        if (found === undefined) return false;
        if (typeof found === 'object' && found !== null && value !== undefined)
          throw new CommandError('jsonpath leads to a nested object or list which cannot be compared');
        return value === undefined || String(found) === value.replace(/^(["'])(.*)\1$/, '$2');
      } catch (error) { throw error instanceof JsonPathError ? new CommandError(error.message) : error; }
    },
  };
}

async function reached({ connection }: Context, { mapping, namespace, name, object }: Found, goal: Goal, { signal }: Deadline): Promise<void> {
  if (goal.kind === 'state' && goal.met(object)) return;
  const changes = connection.watch(mapping, { namespace, fieldSelector: `metadata.name=${name}`, since: object.metadata.resourceVersion }, signal);
  for await (const event of changes) {
    const gone = event.type === 'DELETED' && event.object.metadata.uid === object.metadata.uid;
    if (goal.kind === 'delete' && gone) return;
    if (goal.kind === 'state' && event.type !== 'DELETED' && event.type !== 'BOOKMARK' && goal.met(event.object)) return;
  }
}

const pollMs = 500;

async function* untilCreated(
  { connection, namespace, resources }: Context, args: readonly string[], deadline: Deadline, print: (place: Place, object: KubeObject) => Output,
): Run {
  for (const place of targetsOf(resources, args, namespace).named) {
    let object = await connection.find(place);
    while (!object && !deadline.signal.aborted) {
      await connection.sleep(pollMs);
      object = await connection.find(place);
    }
    if (!object) throw timedOut(place);
    yield print(place, object);
  }
}
