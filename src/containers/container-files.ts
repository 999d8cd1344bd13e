import { FileError, type FileStat, type FileSystem } from './shell/files';
import type { LayeredFiles } from './shell/layered-files';
import type { Mount } from './types';

const devices: ReadonlySet<string> = new Set(['null', 'zero', 'full', 'random', 'urandom', 'tty', 'stdin', 'stdout', 'stderr'].map((name) => `/dev/${name}`));

/** A container's file system: its image's files, written over in a layer of its own, with trees mounted on them. */
export class ContainerFiles implements FileSystem {
  /** Directories made inside mounts: a tree knows only those that hold files. */
  readonly #made = new Set<string>();
  readonly #mounts: readonly Mount[];

  constructor(private readonly root: LayeredFiles, mounts: readonly Mount[], private readonly now: () => number) {
    this.#mounts = mounts.toSorted((a, b) => b.path.length - a.path.length);
  }

  stat(path: string): FileStat | undefined {
    const place = this.#place(path);
    if (!place) return this.root.stat(path) ?? (this.#holdsMount(path) ? this.#directory() : undefined);
    const content = place.mount.files.read(place.inside);
    if (devices.has(path)) return { type: 'device', size: 0, mode: 0o666, modifiedAt: this.now() };
    if (content !== undefined) return { type: 'file', size: content.length, mode: place.mount.readOnly ? 0o444 : 0o644, modifiedAt: this.now() };
    const isDirectory = place.inside === '' || this.#made.has(path) || place.mount.files.list(place.inside).length > 0 || this.#holdsMount(path);
    return isDirectory ? this.#directory() : undefined;
  }

  read(path: string): string {
    const place = this.#place(path);
    if (!place) return this.root.read(path);
    const content = place.mount.files.read(place.inside);
    if (content === undefined) throw new FileError(this.stat(path) ? 'EISDIR' : 'ENOENT');
    return content;
  }

  write(path: string, content: string): void {
    const place = this.#place(path);
    if (!place) return this.root.write(path, content);
    if (place.mount.readOnly) throw new FileError('EROFS');
    if (this.stat(path)?.type === 'directory') throw new FileError('EISDIR');
    place.mount.files.write(place.inside, content);
  }

  makeDirectory(path: string): void {
    const place = this.#place(path);
    if (!place) return this.root.makeDirectory(path);
    if (this.stat(path)) throw new FileError('EEXIST');
    if (place.mount.readOnly) throw new FileError('EROFS');
    this.#made.add(path);
  }

  remove(path: string): void {
    const place = this.#place(path);
    if (!place) return this.root.remove(path);
    if (!this.stat(path)) throw new FileError('ENOENT');
    if (place.mount.readOnly) throw new FileError('EROFS');
    if (place.inside === '') throw new FileError('EBUSY');
    if (place.mount.files.remove(place.inside)) return;
    if (this.list(path).length > 0) throw new FileError('ENOTEMPTY');
    this.#made.delete(path);
  }

  list(path: string): readonly string[] {
    const stat = this.stat(path);
    if (!stat) throw new FileError('ENOENT');
    if (stat.type !== 'directory') throw new FileError('ENOTDIR');
    const place = this.#place(path);
    const own = place ? place.mount.files.list(place.inside).map((name) => name.replace(/\/$/, '')) : this.root.stat(path) ? this.root.list(path) : [];
    const prefix = path === '/' ? '/' : `${path}/`;
    const above = [...this.#mounts.map((mount) => mount.path), ...this.#made].filter((other) => other.startsWith(prefix) && other !== prefix);
    return [...new Set([...own, ...above.map((other) => other.slice(prefix.length).split('/')[0] ?? '')])].sort();
  }

  changeMode(path: string, mode: number): void {
    const place = this.#place(path);
    if (!place) return this.root.changeMode(path, mode);
    if (!this.stat(path)) throw new FileError('ENOENT');
    if (place.mount.readOnly) throw new FileError('EROFS');
  }

  touch(path: string): void {
    const place = this.#place(path);
    if (!place) return this.root.touch(path);
    if (place.mount.readOnly) throw new FileError('EROFS');
  }

  #directory(): FileStat { return { type: 'directory', size: 4096, mode: 0o755, modifiedAt: this.now() }; }

  #place(path: string): { readonly mount: Mount; readonly inside: string } | undefined {
    for (const mount of this.#mounts) {
      if (path === mount.path) return { mount, inside: '' };
      if (path.startsWith(mount.path) && path.charAt(mount.path.length) === '/') return { mount, inside: path.slice(mount.path.length + 1) };
    }
    return undefined;
  }

  #holdsMount(path: string): boolean {
    const prefix = path === '/' ? '/' : `${path}/`;
    return this.#mounts.some((mount) => mount.path.startsWith(prefix));
  }
}
