import type { FieldValidation } from '../../api/types';
import { CommandError } from '../errors';

const validations: Readonly<Record<string, FieldValidation>> = { strict: 'Strict', true: 'Strict', warn: 'Warn', ignore: 'Ignore', false: 'Ignore' };

/** The value of `--validate` as the server takes it. */
export function validationOf(value: string): FieldValidation {
  const found = validations[value];
  if (!found) throw new CommandError(`invalid - validate option "${value}"; must be one of: "strict" (or "true"), "warn", "ignore" (or "false")`);
  return found;
}
