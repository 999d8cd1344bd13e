import { isConfigMapKey, isEnvVarName } from '../../lib/names';
import { CommandError } from '../errors';
import { list, text, texts } from '../flags';
import type { Context } from '../verb';
import type { JsonRecord } from '../values';
import { createVerb } from './generator';

const sources = {
  'from-literal': texts('Specify a key and literal value to insert (i.e. mykey=somevalue)', {}),
  'from-file': texts(
    'Key files can be specified using their file path, in which case a default name is given to them, or with a name of your own (name=path); a directory gives each of its files.',
    {},
  ),
  'from-env-file': texts('Specify the path to a file to read lines of key=val pairs.', {}),
};
type Sources = { readonly 'from-literal': readonly string[]; readonly 'from-file': readonly string[]; readonly 'from-env-file': readonly string[] };

/** All that the flags give, key by key. Throws CommandError for a bad or doubled key. */
function gather(name: string, kind: string, flags: Sources, { files }: Context): Record<string, string> {
  if (flags['from-env-file'].length > 0 && (flags['from-file'].length > 0 || flags['from-literal'].length > 0))
    throw new CommandError('from-env-file cannot be combined with from-file or from-literal');
  const data: Record<string, string> = {};
  const add = (key: string, value: string) => {
    const problems = isConfigMapKey(key);
    if (problems.length > 0) throw new CommandError(`${JSON.stringify(key)} is not a valid key name for a ${kind}: ${problems.join(',')}`);
    if (Object.hasOwn(data, key))
      throw new CommandError(`cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ${kind} ${JSON.stringify(name)}`);
    data[key] = value;
  };
  for (const literal of flags['from-literal']) {
    const equals = literal.indexOf('=');
    if (equals < 1) throw new CommandError(`invalid literal source ${literal}, expected key=value`);
    add(literal.slice(0, equals), unquoted(literal.slice(equals + 1)));
  }
  for (const source of flags['from-file']) for (const [key, path] of filesOf(source, files)) add(key, contentOf(path, files));
  for (const path of flags['from-env-file']) for (const [key, value] of envLines(contentOf(path, files))) add(key, value);
  return data;
}

const unquoted = (value: string): string => (/^(".*"|'.*')$/s.test(value) && value.length > 1 ? value.slice(1, -1) : value);

function contentOf(path: string, files: Context['files']): string {
  const content = files.read(path);
  if (content === undefined) throw new CommandError(`error reading ${path}: no such file or directory`);
  return content;
}

function filesOf(source: string, files: Context['files']): readonly (readonly [string, string])[] {
  const equals = source.indexOf('=');
  if (equals === 0) throw new CommandError(`key name for file path ${source.slice(1)} missing`);
  if (equals > 0) return [[source.slice(0, equals), source.slice(equals + 1)]];
  const names = files.list(source);
  return names
    ? names.filter((each) => !files.list(`${source}/${each}`) && isConfigMapKey(each).length === 0).map((each) => [each, `${source.replace(/\/$/, '')}/${each}`] as const)
    : [[source.split('/').at(-1) ?? source, source]];
}

function* envLines(content: string): Generator<readonly [string, string]> {
  for (const line of content.replace(/^\ufeff/, '').split('\n').map((each) => each.replace(/\r$/, '').trimStart())) {
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = equals < 0 ? line : line.slice(0, equals);
    const problems = isEnvVarName(key);
    if (problems.length > 0) throw new CommandError(`${JSON.stringify(key)} is not a valid key name: ${problems.join(';')}`);
    if (equals >= 0) yield [key, line.slice(equals + 1)];
  }
}

/** Base64 of a text's UTF-8 bytes. */
const encoded = (value: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(value)));
const encodedAll = (data: Readonly<Record<string, string>>): JsonRecord =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, encoded(value)]));
const filled = (data: JsonRecord): JsonRecord => (Object.keys(data).length > 0 ? { data } : {});

export const createConfigMap = createVerb({
  failure: 'failed to create configmap: ',
  name: 'configmap', resource: 'configmaps', usage: 'configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1]',
  summary: 'Create a config map from a local file, directory or literal value', flags: sources,
  build: (name, flags, context) => filled(gather(name, 'ConfigMap', flags, context)),
});

export const createGenericSecret = createVerb({
  failure: 'failed to create secret ',
  name: 'secret generic', resource: 'secrets', usage: 'secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1]',
  summary: 'Create a secret from a local file, directory, or literal value',
  flags: { ...sources, type: text('The type of secret to create') },
  build: (name, flags, context) => ({ ...filled(encodedAll(gather(name, 'Secret', flags, context))), ...(flags.type && { type: flags.type }) }),
});

export const createDockerSecret = createVerb({
  failure: 'failed to create secret ',
  name: 'secret docker-registry', resource: 'secrets',
  usage: 'secret docker-registry NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string]',
  summary: 'Create a secret for use with a Docker registry',
  flags: {
    'docker-username': text('Username for Docker registry authentication'), 'docker-password': text('Password for Docker registry authentication'),
    'docker-email': text('Email for Docker registry'),
    'docker-server': text(
      'Server location for Docker registry', { initial: 'https://index.docker.io/v1/' },
    ), 'from-file': list('Files that hold the configuration', {}),
  },
  build(_, flags, { files }) {
    const [file] = flags['from-file'];
    const type = 'kubernetes.io/dockerconfigjson';
    if (file !== undefined) return { data: { '.dockerconfigjson': encoded(contentOf(file.slice(file.indexOf('=') + 1), files)) }, type };
    const [username, password, email] = [flags['docker-username'], flags['docker-password'], flags['docker-email']];
    if (!username || !password)
      throw new CommandError('either --from-file or the combination of --docker-username, --docker-password and --docker-server is required');
    const config = { auths: { [flags['docker-server']]: { username, password, ...(email && { email }), auth: encoded(`${username}:${password}`) } } };
    return { data: { '.dockerconfigjson': encoded(JSON.stringify(config)) }, type };
  },
});

export const createTlsSecret = createVerb({
  failure: 'failed to create secret ',
  name: 'secret tls', resource: 'secrets', usage: 'secret tls NAME --cert=path/to/cert/file --key=path/to/key/file', summary: 'Create a TLS secret',
  flags: { cert: text('Path to PEM encoded public key certificate.'), key: text('Path to private key associated with given certificate.') },
  build(_, { cert, key }, { files }) {
    if (!cert || !key) throw new CommandError('key and cert must be specified');
    const [certificate, privateKey] = [contentOf(cert, files), contentOf(key, files)];
    if (!certificate.includes('-----BEGIN') || !privateKey.includes('-----BEGIN'))
      throw new CommandError('tls: failed to find any PEM data in certificate input');
    return { data: encodedAll({ 'tls.crt': certificate, 'tls.key': privateKey }), type: 'kubernetes.io/tls' };
  },
});
