import { BaseFiles } from '../containers/shell/layered-files';
import { baseName, parentPath } from '../containers/shell/files';

type Node = BaseFiles['nodes'] extends ReadonlyMap<string, infer N> ? N : never;

/** Files that lie elsewhere, read when they are looked at; what is written stays in memory. */
export type Mount = {
  /** Absolute: where they appear, and where the console begins. */
  readonly directory: string;
  /** The content of a file; undefined when there is none. `path` is absolute and below `directory`. */
  read(path: string): string | undefined;
  /** The names in a directory; undefined when it is none. */
  list(path: string): readonly string[] | undefined;
};

/** The console's own files, with others below one directory. */
export function mounted(base: BaseFiles, mount: Mount): BaseFiles {
  const { directory } = mount;
  const inside = (path: string): boolean => path === directory || path.startsWith(`${directory}/`);
  const nodes = new Lazily<Node>((path) => base.nodes.get(path) ?? (inside(path) ? nodeAt(mount, path) : leadsTo(directory, path) ? folder : undefined));
  const children = new Lazily<ReadonlySet<string>>((path) => {
    const known = [
      ...(base.children.get(path) ?? []), ...(inside(path) ? mount.list(path) ?? [] : leadsTo(directory, path) ? [nextStep(directory, path)] : [])
    ];
    return known.length > 0 ? new Set(known) : undefined;
  });
  return { nodes, children };
}

const folder: Node = { content: undefined, mode: 0o755, modifiedAt: 0 };
const leadsTo = (directory: string, path: string): boolean => path === '/' || directory.startsWith(`${path}/`);
const nextStep = (directory: string, path: string): string => {
  let step = directory;
  while (parentPath(step) !== path && step !== '/') step = parentPath(step);
  return baseName(step);
};

function nodeAt(mount: Mount, path: string): Node | undefined {
  if (mount.list(path)) return folder;
  const content = mount.read(path);
  return content === undefined ? undefined : { content, mode: path.endsWith('.sh') ? 0o755 : 0o644, modifiedAt: 0 };
}

/** A map that finds its values when they are asked for, and keeps those it found. */
class Lazily<V> extends Map<string, V> {
  constructor(private readonly find: (key: string) => V | undefined) { super(); }

  override get(key: string): V | undefined {
    if (!super.has(key)) {
      const found = this.find(key);
      if (found !== undefined) this.set(key, found);
    }
    return super.get(key);
  }

  override has(key: string): boolean { return this.get(key) !== undefined; }
}
