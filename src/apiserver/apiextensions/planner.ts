import { StatusError } from '../../api/status';
import type { Storage } from '../storage';
import type { ServerContext } from '../context';

const prefix = 'customresourcedefinitions.apiextensions.k8s.io/';
const againMs = 1_000;

/** Each change of a definition, and what else asks for it, is answered by a look at that definition: an action on the clock, after the change. */
export class DefinitionPlanner {
  readonly #planned = new Set<string>();
  #look: ((name: string) => void) | undefined;

  constructor(private readonly context: Pick<ServerContext, 'scheduler'> & { readonly storage: Pick<Storage, 'store'> }) {
    const { store } = context.storage;
    for (const { key } of store.range(prefix, store.revision)) this.plan(key.slice(prefix.length));
    store.watch(prefix, store.revision).subscribe(({ key }) => this.plan(key.slice(prefix.length)));
  }

  /** Who looks: known before there is a definition. */
  complete(look: (name: string) => void): void { this.#look = look; }

  plan(name: string, delayMs = 0): void {
    if (this.#planned.has(name)) return;
    this.#planned.add(name);
    this.context.scheduler.schedule(() => {
      this.#planned.delete(name);
      if (!this.#look) throw new Error(`a definition (${name}) before what serves custom resources has been loaded`);
      try { this.#look(name); } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        this.plan(name, againMs);   // somebody else wrote in between, or the server is down
      }
    }, delayMs);
  }
}
