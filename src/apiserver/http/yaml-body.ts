import { parseYaml } from '../../lib/yaml';
import { Unreadable, type Body } from './body';

/** A YAML body, read by YAML 1.1 rules as the server's parser does. Duplicate keys are left for strict decoding to report. */
export function parseYamlBody(text: string): Body {
  const { value, duplicates, error } = parseYaml(text);
  if (error !== undefined) throw new Unreadable(error);
  return { body: value, ...(duplicates.length > 0 && { bodyProblems: duplicates }) };
}
