/** Volumes of a node that have to be attached to it: which of them its pods use, as its status shows it. */
export class NodeVolumes {
  readonly #users = new Map<string, Set<string>>();
  /** Another number after each change. */
  version = 0;

  /** In the order of their names, or undefined when there are none. */
  get inUse(): readonly string[] | undefined { return this.#users.size === 0 ? undefined : [...this.#users.keys()].sort(); }

  /** The pod (by its uid) is to use the volume. Returns whether it is the first. */
  use(volume: string, pod: string): boolean {
    const users = this.#users.get(volume);
    if (users) {
      users.add(pod);
      return false;
    }
    this.#users.set(volume, new Set([pod]));
    this.version++;
    return true;
  }

  /** The pod uses nothing any more. Returns whether it was the last user of a volume. */
  leave(pod: string): boolean {
    const before = this.version;
    for (const [volume, users] of this.#users) {
      if (!users.delete(pod) || users.size > 0) continue;
      this.#users.delete(volume);
      this.version++;
    }
    return this.version !== before;
  }
}
