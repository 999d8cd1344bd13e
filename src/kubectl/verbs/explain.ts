import { explain as explainField, NoSuchField, type Descriptions, type Explained, type FieldFacts } from '../../schema/explain';
import { CommandError, UsageError } from '../errors';
import { bool, text } from '../flags';
import type { Mapping, Resources } from '../resources';
import { isBuiltInType } from '../resources';
import { DocumentExplainer } from '../explain-document';
import { defineVerb, raw, type Context } from '../verb';

export const explain = defineVerb({
  name: 'explain',
  category: 'Basic Commands (Intermediate)',
  usage: 'explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]',
  summary: 'Get documentation for a resource',
  examples: [
    '# What a pod is made of', 'kubectl explain pods', '', '# One field', 'kubectl explain pods.spec.containers', '', '# All fields below it',
    'kubectl explain deployment.spec --recursive',
  ],
  completes: 'types',
  flags: {
    recursive: bool('When true, print the name of all the fields recursively.'),
    'api-version': text('Use given api-version (group/version) of the resource.'),
    output: text('Format in which to render the schema. Valid values are: (plaintext).', { initial: 'plaintext', short: 'o', values: ['plaintext'] }),
  },

  async *run(context, args, flags) {
    const [word, ...more] = args;
    if (word === undefined)
      throw new UsageError('You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.\n');
    if (more.length > 0) throw new CommandError('We accept only this format: explain RESOURCE\n');
    const { mapping, path } = typeAndPath(context.resources, word, flags['api-version']);
    const explain = await explainerOf(context, mapping);
    const found = explain(path);
    const below = (field: FieldFacts, at: readonly string[]): readonly FieldFacts[] =>
      (field.nested ? explain([...at, field.name]).fields : []);
    yield raw(`${head(found)}${fieldsText(found, path, flags.recursive ? below : undefined)}`);
  },
});

/** The longest beginning of `deployments.apps.spec.template` that names a type; the rest is the path in it. */
function typeAndPath(resources: Resources, word: string, apiVersion: string): { readonly mapping: Mapping; readonly path: readonly string[] } {
  const parts = word.replace(/\.$/, '').split('.');
  for (let length = parts.length; length > 0; length--) {
    const found = resources.find(parts.slice(0, length).join('.'));
    if (!found) continue;
    const mapping = apiVersion ? resources.all.find((each) => each.resource === found.resource && each.apiVersion === apiVersion) : found;
    if (!mapping) throw new CommandError(`couldn't find resource for "${apiVersion}, Resource=${found.plural}"`);
    return { mapping, path: parts.slice(length) };
  }
  throw new CommandError(`the server doesn't have a resource type ${JSON.stringify(parts[0])}`);
}

/** Built-in kinds are explained from what is known of them here, all others from what the server says. */
async function explainerOf(context: Context, mapping: Mapping): Promise<(path: readonly string[]) => Explained> {
  if (!isBuiltInType(mapping)) {
    const document = await DocumentExplainer.of(context.connection, mapping);
    return (path) => inItsWords(() => document.explain(path));
  }
  const descriptions = await context.descriptions?.() ?? {};
  return (path) => inItsWords(() => explained(mapping, path, descriptions));
}

function inItsWords(explain: () => Explained): Explained {
  try { return explain(); } catch (error) { throw error instanceof NoSuchField ? new CommandError(error.message) : error; }
}

function explained({ group, version, kind }: Mapping, path: readonly string[], descriptions: Descriptions): Explained {
  const found = explainField({ group, version, kind }, path, descriptions);
  if (found) return found;
  throw new CommandError(`couldn't find resource for "${group ? `${group}/` : ''}${version}, Kind=${kind}"`);
}

function head({ group, kind, version, field, description }: Explained): string {
  const lines = [...(group ? [`GROUP:      ${group}`] : []), `KIND:       ${kind}`, `VERSION:    ${version}`, ''];
  if (field) lines.push(
    `FIELD: ${field.name} <${field.type}>${field.required ? ' -required-' : ''}`,
    ...(field.enum ? ['ENUM:', ...field.enum.map((value) => `    ${value}`)] : ['']), '',
  );
  const texts = [...new Set([field?.description, description].filter((each) => each !== undefined))];
  return [...lines, 'DESCRIPTION:', ...(texts.length > 0 ? texts.flatMap((each) => wrapped(each, 4)) : ['    <empty>']), '    ', ''].join('\n');
}

function fieldsText({ fields }: Explained, path: readonly string[], below?: (field: FieldFacts, at: readonly string[]) => readonly FieldFacts[]): string {
  if (fields.length === 0) return '\n';
  return `FIELDS:\n${below ? `${recursive(fields, path, 1, below, [])}\n` : fields.map(fieldText).join('')}\n`;
}

const byName = (a: FieldFacts, b: FieldFacts): number => (a.name < b.name ? -1 : 1);
const headline = ({ name, type, required }: FieldFacts): string => `${name}\t<${type}>${required ? ' -required-' : ''}`;

const fieldText = (field: FieldFacts): string =>
  `  ${headline(field)}\n${field.enum ? `  enum: ${field.enum.join(', ')}\n` : ''}${wrapped(field.description ?? '<no description>', 4).join('\n')}\n\n`;

/** Fields within fields; a type inside itself is not opened again. */
function recursive(
  fields: readonly FieldFacts[], path: readonly string[], level: number, below: (field: FieldFacts, at: readonly string[]) => readonly FieldFacts[],
  seen: readonly string[],
): string {
  return [...fields].sort(byName).map((field) => {
    const line = `${'  '.repeat(level)}${headline(field)}\n${field.enum ? `${'  '.repeat(level)}enum: ${field.enum.join(', ')}\n` : ''}`;
    const type = field.type.replace(/^(\[\]|map\[string\])+/, '');
    return line + (seen.includes(type) ? '' : recursive(below(field, path), [...path, field.name], level + 1, below, [...seen, type]));
  }).join('');
}

const width = 76;
/** Words in lines of at most 76 letters; line breaks of the text stay. */
function wrapped(text: string, indent: number): string[] {
  const margin = ' '.repeat(indent);
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [''];
    for (const word of paragraph.split(/ +/)) {
      const last = lines.length - 1;
      const current = lines[last] ?? '';
      if (current && current.length + 1 + word.length > width) lines.push(word); else lines[last] = current ? `${current} ${word}` : word;
    }
    return lines.map((line) => margin + line);
  });
}
