import { FileError, type FileStat, type FileSystem, baseName, parentPath } from './files';

type Node = { readonly content: string | undefined; readonly mode: number; readonly modifiedAt: number };

/** Files that never change, shared by everything that stands on them: an image's. */
export class BaseFiles {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly children: ReadonlyMap<string, ReadonlySet<string>>;

  /** `files`: path → content; a path that ends in `/` is an empty directory. Those in a `bin` or `sbin` and `*.sh` are executable. */
  constructor(files: Readonly<Record<string, string>>, modifiedAt = 0) {
    const nodes = new Map<string, Node>([['/', { content: undefined, mode: 0o755, modifiedAt }]]);
    const children = new Map<string, Set<string>>();
    const addDirectory = (path: string): void => {
      if (nodes.has(path)) return;
      nodes.set(path, { content: undefined, mode: path === '/tmp' ? 0o1777 : 0o755, modifiedAt });
      enter(path);
    };
    const enter = (path: string): void => {
      const parent = parentPath(path);
      addDirectory(parent);
      children.set(parent, (children.get(parent) ?? new Set()).add(baseName(path)));
    };
    for (const [path, content] of Object.entries(files)) {
      if (path.endsWith('/')) addDirectory(path.slice(0, -1));
      else {
        nodes.set(path, { content, mode: /(?:\/s?bin\/|\.sh$)/.test(path) ? 0o755 : 0o644, modifiedAt });
        enter(path);
      }
    }
    this.nodes = nodes;
    this.children = children;
  }
}

/** A writable file system over a shared one: copies nothing until something is written. */
export class LayeredFiles implements FileSystem {
  /** Undefined: removed here, whatever the base has. */
  readonly #own = new Map<string, Node | undefined>();
  readonly #ownChildren = new Map<string, Set<string>>();

  /** `now` in milliseconds. */
  constructor(private readonly base: BaseFiles, private readonly now: () => number) {}

  stat(path: string): FileStat | undefined {
    const node = this.#node(path);
    if (!node) return undefined;
    const { content, mode, modifiedAt } = node;
    return { type: content === undefined ? 'directory' : 'file', size: content?.length ?? 4096, mode, modifiedAt };
  }

  read(path: string): string {
    const node = this.#existing(path);
    if (node.content === undefined) throw new FileError('EISDIR');
    return node.content;
  }

  write(path: string, content: string): void {
    const node = this.#node(path);
    if (node && node.content === undefined) throw new FileError('EISDIR');
    if (!node) this.#requireDirectory(parentPath(path));
    this.#set(path, { content, mode: node?.mode ?? 0o644, modifiedAt: this.now() });
  }

  makeDirectory(path: string): void {
    if (this.#node(path)) throw new FileError('EEXIST');
    this.#requireDirectory(parentPath(path));
    this.#set(path, { content: undefined, mode: 0o755, modifiedAt: this.now() });
  }

  remove(path: string): void {
    const node = this.#existing(path);
    if (path === '/') throw new FileError('EBUSY');
    if (node.content === undefined && this.list(path).length > 0) throw new FileError('ENOTEMPTY');
    if (this.base.nodes.has(path)) this.#own.set(path, undefined);
    else this.#own.delete(path);
    this.#ownChildren.get(parentPath(path))?.delete(baseName(path));
  }

  list(path: string): readonly string[] {
    this.#requireDirectory(path);
    const prefix = path === '/' ? '/' : `${path}/`;
    const below = [...(this.base.children.get(path) ?? [])].filter((name) => this.#node(prefix + name));
    return [...new Set([...below, ...(this.#ownChildren.get(path) ?? [])])].sort();
  }

  changeMode(path: string, mode: number): void { this.#set(path, { ...this.#existing(path), mode }); }
  touch(path: string): void { this.#set(path, { ...this.#existing(path), modifiedAt: this.now() }); }

  #node(path: string): Node | undefined { return this.#own.has(path) ? this.#own.get(path) : this.base.nodes.get(path); }

  #existing(path: string): Node {
    const node = this.#node(path);
    if (!node) throw new FileError(this.#node(parentPath(path))?.content === undefined ? 'ENOENT' : 'ENOTDIR');
    return node;
  }

  #requireDirectory(path: string): void {
    if (this.#existing(path).content !== undefined) throw new FileError('ENOTDIR');
  }

  #set(path: string, node: Node): void {
    this.#own.set(path, node);
    if (path === '/') return;
    const parent = parentPath(path);
    this.#ownChildren.set(parent, (this.#ownChildren.get(parent) ?? new Set()).add(baseName(path)));
  }
}
