import { badRequest, invalid, invalidValue, notSupported, type FieldError } from '../../api/status';
import type { FieldValidation, RequestOptions } from '../../api/types';

const fieldValidations: readonly string[] = ['', 'Ignore', 'Strict', 'Warn'];
const maxFieldManagerLength = 128;

const isFieldValidation = (text: string): text is FieldValidation => text !== '' && fieldValidations.includes(text);

/** The options a query string carries. `optionsKind` names them in errors: CreateOptions, PatchOptions. Throws Invalid or BadRequest. */
export function optionsOf(query: URLSearchParams, optionsKind: string): RequestOptions {
  checkWriteOptions(query, optionsKind);
  const text = (name: string) => query.get(name) ?? undefined;
  const fieldValidation = text('fieldValidation');
  const match = text('resourceVersionMatch');
  return {
    ...(query.has('dryRun') && { dryRun: true }),
    ...(fieldValidation !== undefined && isFieldValidation(fieldValidation) && { fieldValidation }),
    ...optional('fieldManager', text('fieldManager')),
    ...optional('labelSelector', text('labelSelector')),
    ...optional('fieldSelector', text('fieldSelector')),
    ...optional('continue', text('continue')),
    ...optional('resourceVersion', text('resourceVersion')),
    ...(match !== undefined && { resourceVersionMatch: match as 'Exact' }),   // an unknown word is refused by the list itself
    ...(text('force') === 'true' && { force: true }),
    ...(query.has('limit') && { limit: integer(query.get('limit') ?? '') }),
    ...(query.has('sendInitialEvents') && { sendInitialEvents: flag(query.get('sendInitialEvents')) }),
    ...includeObject(text('includeObject')),
  };
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value ? { [key]: value } as Record<K, string> : {};
}

/** A parameter that is there is true, unless it says otherwise. */
export const flag = (text: string | null): boolean => text !== null && !['0', 'false'].includes(text.toLowerCase());

export function integer(text: string): number {
  if (text === '') return 0;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function includeObject(text: string | undefined): Pick<RequestOptions, 'includeObject'> {
  if (!text) return {};
  if (text === 'None' || text === 'Metadata' || text === 'Object') return { includeObject: text };
  throw badRequest(`Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(text)}: must be 'Metadata', 'Object', 'None', or empty`);
}

function checkWriteOptions(query: URLSearchParams, optionsKind: string): void {
  const errors: FieldError[] = [];
  const dryRun = query.getAll('dryRun');
  const fieldValidation = query.get('fieldValidation') ?? '';
  if (dryRun.some((each) => each !== 'All')) errors.push(notSupported('dryRun', dryRun, ['All']));
  errors.push(...fieldManagerErrors(query.get('fieldManager') ?? ''));
  if (!fieldValidations.includes(fieldValidation)) errors.push(notSupported('fieldValidation', fieldValidation, fieldValidations));
  if (errors.length > 0) throw invalid({ resource: '', kind: optionsKind, group: 'meta.k8s.io' }, '', errors);
}

function* fieldManagerErrors(manager: string): Generator<FieldError> {
  if (manager.length > maxFieldManagerLength) yield { type: 'Too long', field: 'fieldManager', detail: `may not be more than ${maxFieldManagerLength} bytes` };
  const position = [...manager].findIndex((letter) => !/\P{C}/u.test(letter));
  const letter = [...manager][position];
  if (letter !== undefined)
    yield invalidValue('fieldManager', manager, `invalid character U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} (at position ${position})`);
}
