import { audit, auditTime, defer, from, map, merge, Observable, of, switchMap, timer } from 'rxjs';
import type { ObjectMeta } from '../../src/schema/types';
import type { Table, TableColumn } from '../../src/apiserver/table';
import type { Door } from './door';
import { retryLater } from './reflect';

export type Row = { readonly cells: readonly (string | number | boolean | null)[]; readonly metadata: ObjectMeta };
export type Rows = { readonly columns: readonly TableColumn[]; readonly rows: readonly Row[] };

/** A watch for tables carries tables in the place of objects. */
const isTable = (value: object): value is Table => 'rows' in value;

/** One kind as the server prints it: the same columns in the same order as `kubectl get`, kept up by a watch. */
export function tableFeed(door: Door, resource: string, namespace: string): Observable<Rows> {
  const place = { resource, ...(namespace && { namespace }), as: 'table' } as const;
  return defer(() => from(door.call({ ...place, verb: 'list' }))).pipe(
    switchMap(({ body }) => {
      const table = body as Table;
      const rows = new Map<string, Row>();
      let sorted: readonly Row[] = [];
      let columns = table.columnDefinitions ?? [];
      const put = (part: Table, gone = false) => {
        if (part.columnDefinitions && part.columnDefinitions.length > 0) columns = part.columnDefinitions;   // said once in a watch
        for (const { cells, object } of part.rows) {
          const { metadata } = object as { readonly metadata: ObjectMeta };
          if (gone) rows.delete(metadata.uid); else rows.set(metadata.uid, { cells, metadata });
        }
      };
      put(table);
      const changes = door.watch({ ...place, since: table.metadata.resourceVersion }).pipe(
        map(({ type, object }) => { if (type !== 'BOOKMARK' && isTable(object)) put(object, type === 'DELETED'); }),
        audit(() => timer(redrawMs + rows.size / rowsPerMs)),
      );
      // What was in order stays so: sorting goes over it once.
      const inOrder = (): readonly Row[] => {
        const fresh = new Map(rows);
        const stayed = sorted.flatMap(({ metadata: { uid } }) => { const row = fresh.get(uid); fresh.delete(uid); return row ? [row] : []; });
        return (sorted = [...stayed, ...fresh.values()].sort(byPlace));
      };
      return merge(of(undefined), changes).pipe(map(() => ({ columns, rows: inOrder() })));
    }),
    retryLater(),
  );
}

/** How many there are of one kind, kept up by a watch for metadata alone. */
export function countFeed(door: Door, resource: string): Observable<number> {
  return defer(() => from(door.call({ resource, verb: 'list', as: 'metadata' }))).pipe(
    switchMap(({ body }) => {
      const { items, metadata } = body as { readonly items: readonly { readonly metadata: ObjectMeta }[]; readonly metadata: { readonly resourceVersion: string } };
      const uids = new Set(items.map((item) => item.metadata.uid));
      const changes = door.watch({ resource, as: 'metadata', since: metadata.resourceVersion }).pipe(
        map(({ type, object }) => { if (type === 'DELETED') uids.delete(object.metadata.uid); else if (type !== 'BOOKMARK') uids.add(object.metadata.uid); }),
        auditTime(redrawMs),
      );
      return merge(of(undefined), changes).pipe(map(() => uids.size));
    }),
    retryLater(),
  );
}

/** Tables of text need no more than this, in milliseconds. */
const redrawMs = 150;
/** A long list is put in order less often. */
const rowsPerMs = 40;

/** As etcd's keys are ordered, and so as kubectl prints. */
const byPlace = (a: Row, b: Row): number => compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compare(a.metadata.name, b.metadata.name);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
