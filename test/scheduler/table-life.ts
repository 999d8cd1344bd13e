import { NodeTable } from '../../src/scheduler/node-table';
import type { Node, Pod } from '../../src/schema/types';

/** A pod or a node comes, changes or goes, or a namespace gets labels. */
export type TableChange =
  | { readonly pod: string; readonly on: string; readonly make: ((name: string) => Pod) | undefined }
  | { readonly node: string; readonly make: ((name: string) => Node) | undefined }
  | { readonly namespace: string; readonly team: string };

/** A table that lives through changes, and what is there by then, so that it can be built from scratch. */
export class TableLife {
  readonly kept = new NodeTable();
  readonly #pods = new Map<string, { readonly on: string; readonly pod: Pod }>();
  readonly #nodes = new Map<string, Node>();
  readonly #namespaces = new Map<string, Readonly<Record<string, string>>>();

  play(change: TableChange): void {
    if ('namespace' in change) {
      const labels = { team: change.team };
      this.kept.counts.setNamespace(change.namespace, labels);
      this.#namespaces.set(change.namespace, labels);
    } else if ('pod' in change) this.#playPod(change.pod, change.on, change.make?.(change.pod));
    else this.#playNode(change.node, change.make?.(change.node));
  }

  rebuilt(): NodeTable {
    const table = new NodeTable();
    for (const [name, labels] of this.#namespaces) table.counts.setNamespace(name, labels);
    for (const [name, node] of this.#nodes) table.setNode(name, node);
    for (const [key, { on, pod }] of this.#pods) table.setPod(key, on, pod);
    return table;
  }

  #playPod(key: string, on: string, pod: Pod | undefined): void {
    if (pod) { this.kept.setPod(key, on, pod); this.#pods.set(key, { on, pod }); } else { this.kept.removePod(key); this.#pods.delete(key); }
  }

  #playNode(name: string, node: Node | undefined): void {
    this.kept.setNode(name, node);
    if (node) this.#nodes.set(name, node); else this.#nodes.delete(name);
  }
}
