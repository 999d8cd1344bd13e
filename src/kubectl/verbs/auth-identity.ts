import { fileFlags, outputFlags, refuseKustomize } from '../common-flags';
import { CommandError, UsageError } from '../errors';
import { bool, duration, list, text } from '../flags';
import { printerFor } from '../printers/output';
import { tabbed } from '../printers/tab-writer';
import { mappingFor, printedName } from '../resources';
import { manifestTargets, place, type Intended } from '../targets';
import { at, isRecord, listAt, recordAt, textAt, type JsonRecord } from '../values';
import { defineVerb, raw, type Context } from '../verb';

export const whoAmI = defineVerb({
  name: 'auth whoami', usage: 'auth whoami', summary: 'Experimental: Check self subject attributes',
  examples: ['# Who am I to the server?', 'kubectl auth whoami', '', '# Who would I be as somebody else?', 'kubectl auth whoami --as=jane --as-group=devs'],
  flags: outputFlags,

  async *run({ connection }, _args, flags) {
    const review = await connection.create(mappingFor('selfsubjectreviews'), undefined, { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {} }, {});
    const print = printerFor(flags.output);
    if (print) { yield raw(print({ ...review })); return; }
    const info = recordAt(review, 'status', 'userInfo');
    const rows = [['Username', textAt(info, 'username')], ['UID', textAt(info, 'uid')], ['Groups', goList(listAt(info, 'groups'))]].filter(([, value]) => value !== '' && value !== '[]');
    const extra = Object.entries(recordAt(info, 'extra')).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, values]) => [`Extra: ${key}`, goList(Array.isArray(values) ? values : [])]);
    yield raw(tabbed(`${[['ATTRIBUTE', 'VALUE'], ...rows, ...extra].map((row) => row.join('\t')).join('\n')}\n`, { padding: 3 }));
  },
});

const goList = (values: readonly unknown[]): string => `[${values.map(String).join(' ')}]`;

export const createToken = defineVerb({
  name: 'create token', usage: 'create token SERVICE_ACCOUNT_NAME', summary: 'Request a service account token',
  examples: ['# A token of the service account myapp', 'kubectl create token myapp', '', '# One that ends with a pod', 'kubectl create token myapp --bound-object-kind Pod --bound-object-name web'],
  flags: {
    ...outputFlags,
    audience: list('Audience of the requested token. If unset, defaults to requesting a token for use with the Kubernetes API server.'),
    duration: duration('Requested lifetime of the issued token. If not set or if set to 0, the lifetime is determined by the server.'),
    'bound-object-kind': text('Kind of an object to bind the token to. Supported kinds are Pod, Secret, Node.'),
    'bound-object-name': text('Name of an object to bind the token to.'),
    'bound-object-uid': text('UID of an object to bind the token to.'),
  },

  async *run(context, args, flags) {
    const [name, ...more] = args;
    if (name === undefined || more.length > 0) throw new UsageError(`exactly one NAME is required, got ${args.length}`);
    const [kind, bound, uid] = [flags['bound-object-kind'], flags['bound-object-name'], flags['bound-object-uid']];
    if (kind && !bound) throw new CommandError('--bound-object-name is required if --bound-object-kind is provided');
    if (!kind && bound) throw new CommandError('--bound-object-name can only be set if --bound-object-kind is provided');
    if (!kind && uid) throw new CommandError('--bound-object-uid can only be set if --bound-object-kind is provided');
    if (kind && !['Pod', 'Secret', 'Node'].includes(kind)) throw new CommandError('supported --bound-object-kind values are Node, Pod, Secret');
    const seconds = Math.floor(flags.duration / 1_000);
    const spec = {
      ...(flags.audience.length > 0 && { audiences: flags.audience }), ...(seconds > 0 && { expirationSeconds: seconds }),
      ...(kind && { boundObjectRef: { kind, apiVersion: 'v1', name: bound, ...(uid && { uid }) } }),
    };
    const answer = await context.connection.create(
      mappingFor('serviceaccounts'), context.namespace, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: {}, spec }, {}, 'token', name,
    );
    const token = textAt(answer, 'status', 'token');
    if (!token) throw new CommandError('failed to create token: no token in server response');
    const print = printerFor(flags.output);
    yield print ? raw(print({ ...answer })) : token;
  },
});

export const reconcile = defineVerb({
  name: 'auth reconcile', usage: 'auth reconcile -f FILENAME', summary: 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects',
  examples: ['# Roles and bindings as the manifest has them, and more where there is more', 'kubectl auth reconcile -f rights.yaml'],
  flags: {
    ...fileFlags, ...outputFlags,
    'remove-extra-permissions': bool('If true, removes extra permissions added to roles'),
    'remove-extra-subjects': bool('If true, removes extra subjects added to rolebindings'),
  },

  async *run(context, args, flags) {
    refuseKustomize(flags.kustomize);
    if (flags.filename.length === 0 || args.length > 0) throw new UsageError('-f is required');
    const { targets, errors } = await manifestTargets(context, flags.filename, flags.recursive);
    for (const error of errors) throw error;
    for (const target of targets) {
      if (!/^(?:Cluster)?Role(?:Binding)?$/.test(target.mapping.kind)) continue;
      yield* reconciled(context, target, { rules: flags['remove-extra-permissions'], subjects: flags['remove-extra-subjects'] });
    }
  },
});

type Removes = { readonly rules: boolean; readonly subjects: boolean };

/** Brings one object up to what is asked, keeping what it has besides unless that is to go. */
async function* reconciled({ connection }: Context, { mapping, namespace, name, object }: Intended, removes: Removes): AsyncGenerator<string, void> {
  const target = place(mapping, namespace, name);
  const shown = printedName(mapping, name);
  const live = await connection.find(target);
  if (!live) {
    await connection.create(mapping, namespace, object, {});
    yield `${shown} reconciled`;
    return;
  }
  const field = mapping.kind.endsWith('Binding') ? 'subjects' : 'rules';
  const differs = field === 'subjects' && JSON.stringify(recordAt(object, 'roleRef')) !== JSON.stringify(recordAt(live, 'roleRef'));
  const [has, wants] = [listAt(live, field), listAt(object, field)];
  const kept = removes[field] ? has.filter((each) => isAmong(each, wants)) : has;
  const next: JsonRecord = { ...live, ...(differs && { roleRef: at(object, 'roleRef') }), [field]: [...kept, ...wants.filter((each) => !isAmong(each, has))] };
  const metadata = merged(recordAt(live, 'metadata'), recordAt(object, 'metadata'));
  if (differs) {
    await connection.delete(target, {});
    const { resourceVersion: _version, uid: _uid, creationTimestamp: _made, ...rest } = metadata;
    await connection.create(mapping, namespace, { ...next, metadata: rest }, {});
  } else await connection.replace(target, { ...next, metadata }, {});
  yield `${shown} reconciled`;
}

/** Labels and annotations are added to what is there. */
const merged = (live: JsonRecord, wanted: JsonRecord): JsonRecord => ({
  ...live, ...(isRecord(wanted['labels']) && { labels: { ...recordAt(live, 'labels'), ...wanted['labels'] } }),
  ...(isRecord(wanted['annotations']) && { annotations: { ...recordAt(live, 'annotations'), ...wanted['annotations'] } }),
});

const isAmong = (each: unknown, list: readonly unknown[]): boolean => list.some((other) => canonical(other) === canonical(each));
/** The same text for the same rule, whatever the order of its fields, and with what the server fills in. */
const canonical = (value: unknown): string => JSON.stringify(
  Object.entries(isRecord(value) ? value : {}).filter(([key, each]) => key !== 'apiGroup' && !(Array.isArray(each) && each.length === 0)).sort(([a], [b]) => (a < b ? -1 : 1)));
