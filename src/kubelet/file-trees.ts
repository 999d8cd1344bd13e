import type { FileTree } from '../containers/types';

/** Files in memory, shared by all who mount them: emptyDir and hostPath. Lives as long as it is held. */
export class MemoryTree implements FileTree {
  readonly #files = new Map<string, string>();

  read(path: string): string | undefined { return this.#files.get(path); }
  write(path: string, content: string): void { this.#files.set(path, content); }
  remove(path: string): boolean { return this.#files.delete(path); }
  list(path: string): readonly string[] { return childrenOf(this.#files.keys(), path); }
}

/** A file's text, or how to make it when somebody reads it. */
export type Content = string | (() => string);

/** Files worked out at each look, so that changes to a ConfigMap show. Nobody writes to it: such volumes are mounted read-only. */
export class ComputedTree implements FileTree {
  constructor(private readonly files: () => ReadonlyMap<string, Content>) {}

  read(path: string): string | undefined {
    const content = this.files().get(path);
    return typeof content === 'function' ? content() : content;
  }
  write(): void { throw new Error('a computed volume is read-only'); }
  remove(): boolean { return false; }
  list(path: string): readonly string[] { return childrenOf(this.files().keys(), path); }
}

/** One file or folder of another tree, as `subPath` mounts it. */
export class SubTree implements FileTree {
  constructor(private readonly tree: FileTree, private readonly prefix: string) {}

  read(path: string): string | undefined { return this.tree.read(this.#inside(path)); }
  write(path: string, content: string): void { this.tree.write(this.#inside(path), content); }
  remove(path: string): boolean { return this.tree.remove(this.#inside(path)); }
  list(path: string): readonly string[] { return this.tree.list(this.#inside(path)); }
  #inside(path: string): string { return path === '' ? this.prefix : `${this.prefix}/${path}`; }
}

/** A single file mounted by itself, such as the termination log. */
export class SingleFile implements FileTree {
  #content = '';

  read(path: string): string | undefined { return path === '' ? this.#content : undefined; }
  write(path: string, content: string): void { if (path === '') this.#content = content; }
  remove(): boolean { return false; }
  list(): readonly string[] { return []; }
}

function childrenOf(paths: Iterable<string>, folder: string): readonly string[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const names = new Set<string>();
  for (const path of paths) {
    if (!path.startsWith(prefix)) continue;
    const rest = path.slice(prefix.length);
    const slash = rest.indexOf('/');
    names.add(slash < 0 ? rest : rest.slice(0, slash + 1));
  }
  return [...names].sort();
}
