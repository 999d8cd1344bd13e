import type { StatusCause } from '../schema/types';
import { StatusError } from '../api/status';

/** Something kubectl itself finds wrong: printed as `error: <message>`. */
export class CommandError extends Error {
  constructor(message: string, readonly exitCode = 1) { super(message); }
}

/** Wrong use of a verb: followed by where help is. */
export class UsageError extends CommandError {}

/** Printed as it is, without `error: ` before it. */
export class PlainError extends CommandError {}

/** Several failures of one command: each printed on its own line, without `error: `. */
export class Failures extends Error {
  constructor(readonly errors: readonly unknown[]) { super('several errors'); }
}

/** Ctrl+C. */
export class Interrupted extends Error {}

/** One error as it is, several as {@link Failures}, none as nothing. */
export function throwAll(errors: readonly unknown[]): void {
  const flat = errors.flatMap((error) => (error instanceof Failures ? error.errors : [error]));
  if (flat.length === 1) throw flat[0];
  if (flat.length > 1) throw new Failures(flat);
}

/** Says which file the error is about: `error when creating "f.yaml": …`. */
export function withSource(verb: string, source: string, error: unknown): unknown {
  if (!(error instanceof StatusError))
    return error instanceof Error && !(error instanceof Interrupted) ? new CommandError(`error when ${verb} "${source}": ${error.message}`) : error;
  return new StatusError(error.reason, `error when ${verb} "${source}": ${error.message}`, error.details, error.code);
}

export type Failure = { readonly text: string; readonly exitCode: number };

/** What kubectl prints for an error, and with which code it ends. Throws what is no kubectl error: a broken invariant stays visible. */
export function failureOf(error: unknown, command: string): Failure {
  if (error instanceof Interrupted) return { text: '', exitCode: 130 };
  if (error instanceof StatusError) return { text: `${statusText(error)}\n`, exitCode: 1 };
  if (error instanceof Failures) return { text: error.errors.map((each) => `${memberText(each)}\n`).join(''), exitCode: 1 };
  if (error instanceof PlainError) return { text: error.message && `${error.message}\n`, exitCode: error.exitCode };
  if (error instanceof UsageError) return { text: `error: ${error.message}\nSee '${command} -h' for help and examples\n`, exitCode: error.exitCode };
  if (error instanceof CommandError) return { text: `${error.message.startsWith('error: ') ? '' : 'error: '}${error.message}\n`, exitCode: error.exitCode };
  throw error;
}

/** One of several errors: Statuses in their own form, also Invalid ones, the rest bare. */
const memberText = (error: unknown): string => (error instanceof StatusError ? fromServer(error) : error instanceof Error ? error.message : String(error));

const statusText = (error: StatusError): string => (error.reason === 'Invalid' ? invalidText(error) : fromServer(error));

const fromServer = (error: StatusError): string => {
  if (error.reason === 'Unauthorized') return `error: You must be logged in to the server (${error.message})`;
  return error.reason ? `Error from server (${error.reason}): ${error.message}` : `Error from server: ${error.message}`;
};

/** Rebuilt from the details, as kubectl does for 422. */
function invalidText({ details, message, causes }: StatusError): string {
  const head = details?.kind || details?.name ? `The ${details.kind ?? ''} "${details.name ?? ''}" is invalid`
    : message && causes.length === 0 ? `The request is invalid: ${message}` : 'The request is invalid';
  const texts = [...new Set(causes.map(causeText))];
  if (texts.length === 0) return head;
  return texts.length === 1 ? `${head}: ${texts[0]}` : `${head}: \n${texts.map((text) => `* ${text}`).join('\n')}`;
}

const causeText = ({ field, message }: StatusCause): string => `${field ?? ''}: ${message ?? ''}`;
