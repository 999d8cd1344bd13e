import { quoteGo } from '../lib/go-format';
import type { Status, StatusCause, StatusDetails } from '../schema/types';

/** Kubernetes' own words for failure, and the HTTP code each usually has. */
const codes = {
  BadRequest: 400, Unauthorized: 401, Forbidden: 403, NotFound: 404, MethodNotAllowed: 405, NotAcceptable: 406,
  AlreadyExists: 409, Conflict: 409, Gone: 410, Expired: 410, RequestEntityTooLarge: 413, UnsupportedMediaType: 415,
  Invalid: 422, TooManyRequests: 429, InternalError: 500, ServiceUnavailable: 503, Timeout: 504, ServerTimeout: 500, '': 500,
} as const;
export type Reason = keyof typeof codes;

/** The only error that crosses the door: a Kubernetes Status of failure. Built by the helpers below, so that wording stays in one place. */
export class StatusError extends Error {
  readonly reason: Reason;
  readonly details: StatusDetails | undefined;
  readonly code: number;
  /** How a list can go on although its pages no longer fit together. */
  readonly continue: string | undefined;
  /** What was to be warned of before the request failed. */
  #warnings: readonly string[] = [];

  constructor(reason: Reason, message: string, details?: StatusDetails, code: number = codes[reason], options?: ErrorOptions & { readonly continue?: string }) {
    super(message, options);
    this.continue = options?.continue;
    this.name = 'StatusError';
    this.reason = reason;
    this.details = details;
    this.code = code;
  }

  get causes(): readonly StatusCause[] { return this.details?.causes ?? []; }

  get warnings(): readonly string[] { return this.#warnings; }

  /** The same error, with these warnings. */
  withWarnings(warnings: readonly string[]): this {
    this.#warnings = warnings;
    return this;
  }

  toStatus(): Status {
    return {
      kind: 'Status', apiVersion: 'v1', metadata: this.continue === undefined ? {} : { continue: this.continue }, status: 'Failure', message: this.message,
      ...(this.reason && { reason: this.reason }), ...(this.details && { details: this.details }), code: this.code,
    };
  }

  /** The other side of the wire: an error again. */
  static from({ reason, message, details, code, metadata }: Status): StatusError {
    return new StatusError(isReason(reason) ? reason : '', message ?? '', details, code, { ...(metadata?.continue !== undefined && { continue: metadata.continue }) });
  }

  static is(error: unknown, reason: Reason): error is StatusError { return error instanceof StatusError && error.reason === reason; }
}

const isReason = (text: string | undefined): text is Reason => text !== undefined && text in codes;

/** `Kind.group` and `resource.group` as upstream prints them. */
type Named = { readonly resource: string; readonly kind: string; readonly group: string };
const plural = ({ resource }: Named) => resource.split('.', 1)[0] ?? resource;
const groupKind = ({ kind, group }: Named) => (group ? `${kind}.${group}` : kind);
const resourceDetails = (of: Named, name: string): StatusDetails => ({ ...(name && { name }), ...(of.group && { group: of.group }), kind: plural(of) });

export const badRequest = (message: string): StatusError => new StatusError('BadRequest', message);
export const notFound = (of: Named, name: string): StatusError => new StatusError('NotFound', `${of.resource} "${name}" not found`, resourceDetails(of, name));
export const alreadyExists = (of: Named, name: string): StatusError => new StatusError('AlreadyExists', `${of.resource} "${name}" already exists`, resourceDetails(of, name));
export const conflict = (of: Named, name: string, why: string): StatusError =>
  new StatusError('Conflict', `Operation cannot be fulfilled on ${of.resource} "${name}": ${why}`, resourceDetails(of, name));
export const modified = (of: Named, name: string): StatusError =>
  conflict(of, name, 'the object has been modified; please apply your changes to the latest version and try again');
export const forbidden = (of: Named, name: string, why: string, causes?: readonly StatusCause[]): StatusError =>
  new StatusError('Forbidden', `${of.resource}${name ? ` "${name}"` : ''} is forbidden: ${why}`, { ...resourceDetails(of, name), ...(causes && { causes }) });
export const methodNotAllowed = (of: Named, verb: string): StatusError =>
  new StatusError('MethodNotAllowed', `${verb} is not supported on resources of kind "${of.resource}"`, { ...(of.group && { group: of.group }), kind: plural(of) });
export const noSuchResource = (): StatusError => new StatusError('NotFound', 'the server could not find the requested resource', {});
export const internalError = (message: string): StatusError =>
  new StatusError('InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
export const expired = (message: string): StatusError => new StatusError('Expired', message);

/** 422, with one cause for each field error, as upstream's `NewInvalid` words it. */
export function invalid(of: Named, name: string, errors: readonly FieldError[]): StatusError {
  const texts = [...new Set(errors.map((error) => `${error.field}: ${fieldErrorMessage(error)}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const causes = errors.map((error) => ({ reason: fieldErrorReasons[error.type], message: fieldErrorMessage(error), field: error.field }));
  return new StatusError('Invalid', `${groupKind(of)} "${name}" is invalid: ${list}`, { ...(name && { name }), ...(of.group && { group: of.group }), ...(of.kind && { kind: of.kind }), causes });
}

/** One thing wrong with one field; `value` is printed as Go's `%#v`-like upstream form (strings quoted, objects as JSON). */
export type FieldError = { readonly type: FieldErrorType; readonly field: string; readonly value?: unknown; readonly detail: string };
export type FieldErrorType = keyof typeof fieldErrorReasons;

/** Kinds of field error, as printed, with the machine-readable reason of each. */
const fieldErrorReasons = {
  'Required value': 'FieldValueRequired',
  'Invalid value': 'FieldValueInvalid',
  'Unsupported value': 'FieldValueNotSupported',
  'Duplicate value': 'FieldValueDuplicate',
  'Not found': 'FieldValueNotFound',
  Forbidden: 'FieldValueForbidden',
  'Too long': 'FieldValueTooLong',
  'Too short': 'FieldValueTooShort',
  'Too many': 'FieldValueTooMany',
  'Too few': 'FieldValueTooFew',
  'Internal error': 'InternalError',
  'Type invalid': 'FieldValueTypeInvalid',
} as const;
const withoutValue: ReadonlySet<FieldErrorType> = new Set(['Required value', 'Forbidden', 'Too long', 'Too short', 'Internal error']);

/** Stands for a value that an error does not show. */
export const omitted = Symbol('omitted');

export const required = (field: string, detail = ''): FieldError => ({ type: 'Required value', field, detail });
export const invalidValue = (field: string, value: unknown, detail: string): FieldError => ({ type: 'Invalid value', field, value, detail });
export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError =>
  ({ type: 'Unsupported value', field, value, detail: `supported values: ${supported.map((each) => JSON.stringify(each)).join(', ')}` });
export const duplicate = (field: string, value: unknown): FieldError => ({ type: 'Duplicate value', field, value, detail: '' });
export const forbiddenField = (field: string, detail: string): FieldError => ({ type: 'Forbidden', field, detail });
export const tooLong = (field: string, maxBytes: number): FieldError => ({ type: 'Too long', field, detail: `may not be more than ${maxBytes} bytes` });
export const tooMany = (field: string, actual: number, maximum: number): FieldError => ({ type: 'Too many', field, value: actual, detail: `must have at most ${maximum} items` });

/** The text after the field's path: `Invalid value: "x": must be …`. */
export function fieldErrorMessage({ type, value, detail }: FieldError): string {
  const name = type === 'Type invalid' ? 'Invalid value' : type;
  const shown = withoutValue.has(type) || value === omitted ? name : `${name}: ${printed(value)}`;
  return detail ? `${shown}: ${detail}` : shown;
}

const printed = (value: unknown): string => (typeof value === 'string' ? quoteGo(value) : JSON.stringify(value ?? null));
