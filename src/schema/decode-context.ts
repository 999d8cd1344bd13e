import { formatGoNumber, goType, jsonKind } from '../lib/go-format';
import type { JsonObject } from '../lib/json';

/** A value that does not fit its type; the message is what the API server says after "cannot be handled as a Pod: ". */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

/** One step of the way to a value: a field, a list index or a map key. */
type Step = string | number | { readonly mapKey: string };

/**
 * Whose words are used: `json` for a body, a JSON patch or a merge patch, which the server decodes from text;
 * `fields` for a strategic merge patch, whose result it converts field by field.
 */
export type DecodeStyle = 'json' | 'fields';

/** What goes along with a value while it is decoded: where it is, and what strict decoding found. */
export class DecodeContext {
  readonly problems: string[] = [];
  readonly path: Step[] = [];
  /** The Go struct whose field is being decoded. */
  struct = '';
  constructor(readonly style: DecodeStyle, readonly known?: JsonObject | undefined) {}

  unknownField(name: string): void {
    this.problems.push(`unknown field "${strictPath([...this.path, name])}"`);
  }

  /** The value cannot become `type`, which is a Go type of `kind`. */
  mismatch(value: unknown, type: string, kind: GoKind): DecodeError {
    if (this.style === 'fields') return new DecodeError(fieldsMismatch(value, type, kind));
    const fields = this.path.filter((step) => typeof step === 'string');
    const found = jsonKind(value) === 'number' && kind === 'number' ? `number ${formatGoNumber(Number(value))}` : jsonKind(value);
    if (fields.length === 0) return new DecodeError(`json: cannot unmarshal ${found} into Go value of type ${type}`);
    return new DecodeError(`json: cannot unmarshal ${found} into Go struct field ${this.struct}.${fields.join('.')} of type ${type}`);
  }
}

export type GoKind = 'struct' | 'map' | 'slice' | 'string' | 'number' | 'bool';

const strictPath = (path: readonly Step[]): string =>
  path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : join(text, typeof step === 'string' ? step : step.mapKey)), '');
const join = (text: string, name: string): string => (text ? `${text}.${name}` : name);

/** Go's reflect names. */
const reflectKinds: Readonly<Record<string, string>> = { '[]interface {}': 'slice', 'map[string]interface {}': 'map' };

function fieldsMismatch(value: unknown, type: string, kind: GoKind): string {
  const found = goType(value);
  const foundKind = reflectKinds[found] ?? found;
  if (kind === 'map' || kind === 'slice') return `cannot restore ${kind} from ${foundKind}`;
  if (kind === 'struct') return `cannot restore struct from: ${foundKind}`;
  // Numbers convert to each other and to text in Go, but not in JSON: the converter says so in its own way.
  if ((foundKind === 'int64' || foundKind === 'float64') && (kind === 'number' || (kind === 'string' && foundKind === 'int64'))) return `cannot convert ${foundKind} to ${type}`;
  return `unrecognized type: ${kind === 'number' ? type : kind}`;
}
