import { allNamespacesFlag } from '../common-flags';
import { CommandError, UsageError } from '../errors';
import { bool, text } from '../flags';
import { tabbed } from '../printers/tab-writer';
import { mappingFor, type Resources } from '../resources';
import { at, isRecord, listAt, textAt } from '../values';
import { defineVerb, raw, stderr, type Context, type Run } from '../verb';

export const canI = defineVerb({
  name: 'auth can-i', usage: 'auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]', summary: 'Check whether an action is allowed',
  examples: ['# May I create pods here?', 'kubectl auth can-i create pods', '', '# All that I may', 'kubectl auth can-i --list'],
  completes: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  flags: {
    ...allNamespacesFlag, list: bool('If true, prints all allowed actions.'), subresource: text('SubResource such as pod/log or deployment/scale'),
    quiet: bool(
      'If true, suppress output and just return the exit code.', { short: 'q' },
    ), 'no-headers': bool('If true, prints allowed actions without headers'),
  },

  async *run(context, args, flags) {
    if (flags.list) return yield* listRules(context, flags['no-headers']);
    const [verb, resource = ''] = args;
    if (verb === undefined || args.length > 2)
      throw new UsageError("you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.");
    const spec = resource.startsWith('/') ? { nonResourceAttributes: { path: resource, verb } } : { resourceAttributes: attributesOf(
      context.resources, verb, resource, flags.subresource, flags['all-namespaces'] ? '' : context.namespace,
    ) };
    const mapping = context.resources.find(resource.split('/')[0] ?? '');
    if (!mapping && resource !== '*' && !resource.startsWith('/'))
      yield stderr(`Warning: the server doesn't have a resource type '${resource.split('/')[0]}'\n`);
    else if (mapping && !mapping.namespaced)
      yield stderr(`Warning: resource '${mapping.plural}' is not namespace scoped${mapping.group ? ` in group '${mapping.group}'` : ''}\n`);
    const review = await context.connection.create(
      mappingFor('selfsubjectaccessreviews'), undefined, { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: {}, spec }, {},
    );
    const allowed = at(review, 'status', 'allowed');
    if (typeof allowed !== 'boolean') throw new CommandError('the server does not answer access reviews');
    const reason = textAt(review, 'status', 'reason');
    if (!flags.quiet) yield `${allowed ? 'yes' : 'no'}${reason && !allowed ? ` - ${reason}` : ''}`;
    return allowed ? 0 : 1;
  },
});

function attributesOf(resources: Resources, verb: string, word: string, subresource: string, namespace: string) {
  const [type = '', name] = word.split('/');
  const mapping = resources.find(type);
  const [plural = type, ...group] = type.split('.');
  return {
    namespace, verb, resource: mapping?.plural ?? plural, group: mapping?.group ?? group.join('.'), ...(subresource && { subresource }),
    ...(name && { name })
  };
}

async function* listRules({ connection, namespace }: Context, noHeaders: boolean): Run {
  const review = await connection.create(
    mappingFor('selfsubjectrulesreviews'), undefined,
    { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', metadata: {}, spec: { namespace } }, {},
  );
  if (!isRecord(at(review, 'status'))) throw new CommandError('the server does not answer rules reviews');
  const texts = (rule: unknown, field: string) => `[${listAt(rule, field).map(String).join(' ')}]`;
  const resources = listAt(review, 'status', 'resourceRules').map((rule) => {
    const groups = listAt(rule, 'apiGroups').map(String).filter(Boolean);
    return [
      `${listAt(rule, 'resources').map((each) => (groups[0] ? `${String(each)}.${groups[0]}` : String(each))).join(',')}`, '[]', texts(rule, 'resourceNames'),
      texts(rule, 'verbs'),
    ];
  });
  const urls = listAt(review, 'status', 'nonResourceRules').map((rule) => ['', texts(rule, 'nonResourceURLs'), '[]', texts(rule, 'verbs')]);
  const header = ['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs'];
  yield raw(tabbed([...(noHeaders ? [] : [header]), ...resources, ...urls].map((cells) => `${cells.join('\t')}\n`).join(''), { minWidth: 6, padding: 3 }));
}
