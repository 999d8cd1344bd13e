import { Subscription } from 'rxjs';
import { LocalClient } from '../api/local-client';
import { StatusError } from '../api/status';
import { privilegedGroup } from '../apiserver/authorization/types';
import { serviceAccountUser } from '../apiserver/authentication/authenticator';
import type { Component } from '../containers/components';
import { Machines } from '../kinds/add-ons/machine';
import { ownCaches, recorderOf } from './components';
import { mirrorMachines } from './machine-objects';
import { optionalImages, type Installed, type OptionalName, type OptionalPart, type PartWorld } from './optional-part';

const retryMs = 1_000;
/** Who installs the parts, and runs what is beside the cluster. */
const provider = { name: 'podarium:provider', groups: [privilegedGroup, 'system:authenticated'] };

/** The parts of a cluster that were asked for. */
export class OptionalParts {
  readonly #enabled = new Map<OptionalName, { readonly part: OptionalPart; readonly work: Subscription }>();
  readonly #client: LocalClient;

  constructor(private readonly world: PartWorld) { this.#client = new LocalClient(world.server, provider); }

  get enabled(): readonly OptionalName[] { return [...this.#enabled.keys()]; }

  /** Installs the part as soon as the API server takes it, and starts it. Nothing happens when that was done. @throws Error when another part is missing. */
  enable(part: OptionalPart): void {
    if (this.#enabled.has(part.name)) return;
    if (part.needs && !this.#enabled.has(part.needs)) throw new Error(`${part.name} needs ${part.needs}: enable that first`);
    const work = new Subscription();
    this.#enabled.set(part.name, { part, work });
    let left = part.objects;
    work.add(this.#untilDone(() => { while (left[0]) { this.#create(left[0]); left = left.slice(1); } }));
    if (part.name === 'node-pools') work.add(this.#untilDone(() => { this.#client.list(Machines); work.add(mirrorMachines(this.world.machinery, this.#client)); }));
    const controllers = part.outside?.(this.world) ?? [];
    if (controllers.length === 0) return;
    const informers = ownCaches(this.world.server, provider, this.world.scheduler);
    work.add(() => informers.stop());
    for (const controller of controllers) work.add(controller.run(informers, recorderOf(informers)).subscribe());
  }

  /** Stops the part and takes away what it installed. @throws Error when another needs it. */
  disable(name: OptionalName): void {
    const found = this.#enabled.get(name);
    if (!found) return;
    const needing = [...this.#enabled.values()].find(({ part }) => part.needs === name);
    if (needing) throw new Error(`${needing.part.name} needs ${name}: disable that first`);
    found.work.unsubscribe();
    this.#enabled.delete(name);
    try { found.part.leave?.(this.world, this.#client); } catch (error) { if (!(error instanceof StatusError)) throw error; }
    for (const { kind, draft: { metadata: { namespace, name: called = '' } } } of [...found.part.objects].reverse())
      try { this.#client.delete(kind, { namespace, name: called }); } catch (error) { if (!(error instanceof StatusError)) throw error; }
  }

  /** What runs in containers of the parts' images: the part itself, or a refusal while it is not enabled. */
  readonly components: Readonly<Record<string, Component>> = Object.fromEntries(Object.values(optionalImages).map((image): [string, Component] => [image, {
    idle: { cpuMilli: 2, memoryMiB: 38 },
    start: (config, container) => {
      const made = [...this.#enabled.values()].map(({ part }) => part.inside?.[image]).find((each) => each !== undefined);
      if (!made) {
        container.print('this part of the cluster is not enabled: podarium enable, or --enable of podarium serve');
        container.end(1);
        return { stop: () => {} };
      }
      container.print('Starting');
      const informers = ownCaches(this.world.server, serviceAccountUser('kube-system', config.name), this.world.scheduler);
      const work = new Subscription(() => informers.stop());
      for (const controller of made(this.world, config)) work.add(controller.run(informers, recorderOf(informers)).subscribe());
      const accept = [...this.#enabled.values()].map(({ part }) => part.answers?.[image]).find((each) => each !== undefined)?.(informers, this.world, work);
      return { stop: () => work.unsubscribe(), ...(accept && { accept }) };
    },
  }]));

  #create({ kind, draft }: Installed): void {
    try { this.#client.create(kind, draft); } catch (error) { if (!StatusError.is(error, 'AlreadyExists')) throw error; }
  }

  /** Does it now, or as soon as the API server can. */
  #untilDone(attempt: () => void): Subscription {
    const work = new Subscription();
    const run = (): void => {
      try { attempt(); } catch (error) {
        if (!(error instanceof StatusError) || StatusError.is(error, 'Invalid')) throw error;
        work.add(this.world.scheduler.schedule(run, retryMs));
      }
    };
    run();
    return work;
  }
}
