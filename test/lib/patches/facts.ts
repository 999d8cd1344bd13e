import type { FieldMergeFacts, MergeFacts } from '../../../src/lib/patches/merge-facts';

const facts = (fields: Readonly<Record<string, FieldMergeFacts>>): MergeFacts => ({ field: (name) => (Object.hasOwn(fields, name) ? fields[name] : undefined) });

const container = facts({ env: { merge: true, mergeKey: 'name', facts: facts({}) }, ports: { merge: true, mergeKey: 'containerPort', facts: facts({}) } });

/** A small kind with one field of each way to merge. */
export const someFacts = facts({
  containers: { merge: true, mergeKey: 'name', facts: container },
  volumes: { merge: true, retainKeys: true, mergeKey: 'name', facts: facts({}) },
  strategy: { retainKeys: true, facts: facts({}) },
  finalizers: { merge: true },
  whole: { replace: true },
});
