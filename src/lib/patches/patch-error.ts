/**
 * A patch that cannot be read or applied, with the HTTP code the API server answers and its text:
 * 400 is a BadRequest, 413 a patch that is too large, 422 one that cannot be processed, 500 what upstream passes on unclassified.
 */
export class PatchError extends Error {
  override readonly name = 'PatchError';
  constructor(readonly code: 400 | 413 | 422 | 500, message: string) { super(message); }
}

/** What the server says of a patch that is well formed and does not fit the object. */
export const rejected = (): PatchError => new PatchError(422, 'the server rejected our request due to an error in our request');
