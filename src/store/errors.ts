/** A transaction expected a key at another revision; 0 means "absent". */
export class RevisionMismatch extends Error {
  constructor(readonly key: string, readonly expected: number, readonly actual: number) {
    super(`${key} is at revision ${actual}, not ${expected}`);
  }
}

/** The revision asked for has been compacted; `oldest` is the first that can still be read. */
export class Compacted extends Error {
  constructor(readonly revision: number, readonly oldest: number) {
    super(`mvcc: required revision ${revision} has been compacted, the oldest is ${oldest}`);
  }
}

/** The revision asked for has not been written yet. */
export class FutureRevision extends Error {
  constructor(readonly revision: number, readonly current: number) {
    super(`mvcc: required revision ${revision} is a future revision, the current is ${current}`);
  }
}
