// Extracts the description texts of the 1.36 kinds from the declaration files of the package k8s-descriptions (Apache-2.0), for `explain` and
// the editor's hover. As a program it writes dist/generated/descriptions.json; the build calls extractDescriptions itself. The texts are never committed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
const models = new URL('node_modules/k8s-descriptions/dist/gen/models/', root);
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Names that clash between groups carry the group: CoreV1Event. */
function classesOf(definition) {
  const parts = definition.split('.');
  const [group, version, kind] = parts.slice(-3);
  const plain = `${capital(version)}${kind}`;
  return [`${capital(group)}${plain}`, plain];
}

/** The text of a comment, or undefined when it says nothing. */
function textOf(comment) {
  const text = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, '')).join('\n').replace(/\\(['"`\\])/g, '$1').trim();
  return text || undefined;
}

const comment = String.raw`\/\*\*((?:[^*]|\*(?!\/))*)\*\/`;
const classForm = (name) => new RegExp(String.raw`${comment}\s*export declare class ${name} `);
const fieldForm = new RegExp(String.raw`${comment}\s*'([^']+)'\??:`, 'g');
const wireNameForm = /"name": "([^"]+)",\s*"baseName": "([^"]+)"/g;

function read(name) {
  const declaration = readFileSync(new URL(`${name}.d.ts`, models), 'utf8');
  const script = readFileSync(new URL(`${name}.js`, models), 'utf8');
  const wireNames = new Map([...script.matchAll(wireNameForm)].map(([, own, wire]) => [own, wire]));
  const text = textOf(classForm(name).exec(declaration)?.[1] ?? '');
  const body = declaration.slice(declaration.indexOf(`export declare class ${name} `));
  const fields = {};
  for (const [, words, own] of body.matchAll(fieldForm)) {
    const field = textOf(words);
    if (field) fields[wireNames.get(own) ?? own] = field;
  }
  return { ...(text && { text }), fields };
}

/** Definition name to its text and those of its fields, for every definition of the structural facts that the package knows. */
export function extractDescriptions() {
  const { definitions } = JSON.parse(readFileSync(new URL('src/schema/data/kubernetes-1.36-schema.json', root), 'utf8'));
  const result = {};
  for (const definition of Object.keys(definitions)) {
    const name = classesOf(definition).find((each) => existsSync(new URL(`${each}.d.ts`, models)));
    if (name) result[definition] = read(name);
  }
  return { ...result, ...columnTexts(result) };
}

/** What the columns of tables mean, under `table:` and the resource: texts of the printers' own, or those of the fields they show. */
function columnTexts(descriptions) {
  const tables = JSON.parse(readFileSync(new URL('src/schema/data/column-texts.json', root), 'utf8'));
  const resolved = (text) => {
    const [definition, field] = text.split('#');
    return (field === undefined ? text : descriptions[definition]?.fields[field]) ?? '';
  };
  return Object.fromEntries(Object.entries(tables).map(([resource, columns]) => [
    `table:${resource}`, { fields: Object.fromEntries(Object.entries(columns).map(([column, text]) => [column, resolved(text)])) },
  ]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = new URL('dist/generated/', root);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('descriptions.json', folder), JSON.stringify(extractDescriptions()));
}
