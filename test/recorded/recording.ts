import { readFileSync } from 'node:fs';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };
/** `user` is absent for the cluster's admin; a name for one of the known users; any other text stands for a bearer token of an earlier answer. */
export type RecordedRequest = {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly user?: string;
};
export type RecordedResponse = {
  readonly code: number;
  readonly body?: Json;
  /** The lines of a watch. */
  readonly stream?: readonly Json[];
  readonly warnings?: readonly string[];
  readonly retryAfter?: string;
  readonly headers?: Readonly<Record<string, string>>;
};
/** One request to a real 1.36 API server, and what it answered. */
export type Step = { readonly title: string; readonly request: RecordedRequest; readonly response: RecordedResponse };

/** The steps of a data file. Read and not imported: the compiler would make a type of every answer. */
export const stepsOf = (file: string): readonly Step[] =>
  JSON.parse(readFileSync(new URL(`./data/${file}.json`, import.meta.url), 'utf8')) as readonly Step[]; // recorded files have this shape

export const isJsonObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a text holds, if it is JSON; the text itself otherwise. */
export function parsed(text: string): Json {
  try { return JSON.parse(text) as Json; } catch (error) { // what JSON.parse gives is JSON
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
