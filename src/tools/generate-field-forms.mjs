// Writes src/kinds/data/field-forms.json from the protobuf facts: per definition, which fields Go always writes (even when they
// are zero) and which optional scalars are pointers, so that an explicit zero is kept.
// Run after the facts change: node src/tools/generate-field-forms.mjs PROTOBUF_FACTS.json
import { readFileSync, writeFileSync } from 'node:fs';

const { messages, special } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { definitions } = JSON.parse(readFileSync(new URL('../schema/data/kubernetes-1.36-schema.json', import.meta.url), 'utf8'));

const fieldsOf = (message) =>
  Object.values(message).flatMap(([name, type, flags = '']) => (flags.includes('i') ? fieldsOf(messages[type]) : [{ name, type, flags }]));

const isAlways = ({ type, flags }) => {
  const has = (letters) => [...letters].some((letter) => flags.includes(letter));
  const struct = type in messages || type in special;
  return (struct && !has('prmz')) || !has('ozp');
};

const lines = [];
for (const [definition, message] of Object.entries(messages)) {
  if (!(definition in definitions)) continue;
  const fields = fieldsOf(message);
  const always = fields.filter(isAlways).map(({ name }) => name);
  const pointers = fields.filter(({ type, flags }) => flags.includes('p') && !(type in messages)).map(({ name }) => name);
  if (always.length + pointers.length > 0) lines.push(`${JSON.stringify(definition)}:${JSON.stringify([always, pointers])}`);
}
writeFileSync(new URL('../kinds/data/field-forms.json', import.meta.url), `{\n${lines.sort().join(',\n')}\n}\n`);
