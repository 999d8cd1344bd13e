import { Subscription, type Observable, type SchedulerLike } from 'rxjs';
import { LocalClient } from '../api/local-client';
import { StatusError } from '../api/status';
import type { ApiServer, User } from '../api/types';
import { serviceAccountUser } from '../apiserver/authentication/authenticator';
import { bootstrap } from '../apiserver/bootstrap';
import { tendOwnStatuses } from '../apiserver/own-statuses';
import { componentStatuses } from '../kinds/core/componentstatus';
import { compactRegularly } from '../apiserver/compaction';
import { expireEvents } from '../apiserver/event-expiry';
import type { PodariumApiServer } from '../apiserver/server';
import type { Component, RunningComponent } from '../containers/components';
import type { Idle } from '../containers/usage';
import { createControllers } from '../controllers/all';
import { Events } from '../kinds/core/event';
import type { Handler } from '../net/types';
import { createDnsHandler } from '../proxy/dns-server';
import type { AnyController } from '../runtime/controller';
import { componentRate, controllerRate, EventRecorder, type EventRate } from '../runtime/event-recorder';
import { Informers } from '../runtime/informers';
import type { Store } from '../store/store';
import { clusterDomain, installAddons } from './addons';
import { componentUser, controllerUser } from './component-users';
import { controlPlaneAddress, controlPlaneName } from './machines';
import { rootCertificate } from './root-certificate';
import { componentImages } from './static-pods';

/** What the components are made of. */
export type Parts = {
  readonly server: PodariumApiServer;
  readonly store: Store;
  readonly clock: SchedulerLike;
  readonly scheduler: AnyController;
  /** The network pods get their addresses from. */
  readonly podNetwork: string;
  /** Told which nodes' kube-proxy runs. */
  readonly proxies: Set<string>;
};

/** The caches and the client of one component, as long as it runs. */
export const ownCaches = (server: ApiServer, user: User, clock: SchedulerLike): Informers => new Informers(new LocalClient(server, user), clock);

export const recorderOf = (informers: Informers, rate: EventRate = componentRate): EventRecorder => new EventRecorder(informers.client, Events, () => informers.scheduler.now(), rate);

/** The control plane's components by their image: the start of such a container starts the component, its end stops it. */
export function controlPlaneComponents({ server, store, clock, scheduler, proxies, podNetwork }: Parts): Readonly<Record<string, Component>> {
  const doors = new Doors(server);
  const up = { scheduler: 0, 'controller-manager': 0 };
  const counted = (name: keyof typeof up, component: RunningComponent): RunningComponent => {
    up[name]++;
    return { ...component, stop: () => { up[name]--; component.stop(); } };
  };
  server.kinds.set('componentstatuses', [componentStatuses((name) => name === 'etcd-0' || up[name] > 0)]);   // without etcd nothing is answered
  return {
    [componentImages.etcd]: { idle: idle(18, 58), start: ({ node }) => (node === controlPlaneName ? doors.open('etcd') : aside) },
    [componentImages.apiServer]: {
      idle: idle(38, 255),
      start: (_config, container) => {
        const open = doors.open('kube-apiserver');
        const work = new Subscription();
        work.add(expireEvents(store, clock));
        work.add(compactRegularly(store, clock));
        work.add(tendOwnStatuses(ownClient(server), store, clock, server.checkAPIService));
        container.print('Serving securely on [::]:6443');
        work.add(clock.schedule(() => { if (store.revision === 0 && doors.areOpen) populate(server, clock.now()); }));
        return { stop: () => { work.unsubscribe(); open.stop(); } };
      },
    },
    [componentImages.scheduler]: { idle: idle(3, 22),
      start: (_config, container) => { container.print('Starting Kubernetes Scheduler'); return counted('scheduler', running(server, componentUser('system:kube-scheduler'), clock, [scheduler])); } },
    [componentImages.controllerManager]: {
      idle: idle(12, 48),
      start: (_config, container) => { container.print('Started controllers');
        return counted('controller-manager',
          running(server, componentUser('system:kube-controller-manager'), clock,
            createControllers({ podNetwork, rootCertificate, kinds: () => server.kinds.preferred(), checkPolicy: (spec) => server.policyWarnings(spec),
              certificates: () => server.certificates }), controllerUser)); },
    },
    [componentImages.proxy]: {
      idle: idle(1, 16),
      start: ({ node }) => {
        proxies.add(node);
        return { stop: () => { proxies.delete(node); } };
      },
    },
    [componentImages.dns]: {
      idle: idle(2, 14),
      start: () => {
        const informers = ownCaches(server, serviceAccountUser('kube-system', 'coredns'), clock);
        const answer: Handler = createDnsHandler(informers, { domain: clusterDomain });
        return { stop: () => informers.stop(), accept: (port) => (port === 53 ? answer : undefined) };
      },
    },
  };
}

/** An etcd that somebody runs for himself: nothing of the cluster is in it, and it does not answer. */
const aside: RunningComponent = { stop: () => undefined };

/** About what such a program uses in a small cluster. */
const idle = (cpuMilli: number, memoryMiB: number): Idle => ({ cpuMilli, memoryMiB });

/** Runs parts of a component on its caches; `writer` is who each of them writes as, where that is not the component itself. */
function running(server: ApiServer, user: User, clock: SchedulerLike, controllers: readonly AnyController[], writer?: (controller: string) => User): RunningComponent {
  const informers = ownCaches(server, user, clock);
  const work = new Subscription();
  for (const controller of controllers) {
    const own = writer ? informers.as(writer(controller.name)) : informers;
    work.add(ignoringOutcomes(controller.run(own, recorderOf(own, writer ? controllerRate : componentRate))));
  }
  return { stop: () => { work.unsubscribe(); informers.stop(); } };
}

const ignoringOutcomes = (outcomes: Observable<unknown>): Subscription => outcomes.subscribe();

/** The API server as its own client. */
const ownClient = (server: ApiServer): LocalClient => new LocalClient(server, { name: 'system:apiserver', groups: ['system:masters'] });

/** What the API server and kubeadm put into an empty store. */
function populate(server: ApiServer, now: number): void {
  const client = ownClient(server);
  bootstrap(client, controlPlaneAddress, now);
  installAddons(client);
}

/** The API server answers while its own container and etcd's run. */
class Doors {
  readonly #up = { etcd: 0, 'kube-apiserver': 0 };
  constructor(private readonly server: PodariumApiServer) { this.#tell(); }

  get areOpen(): boolean { return this.#up.etcd > 0 && this.#up['kube-apiserver'] > 0; }

  open(part: 'etcd' | 'kube-apiserver'): RunningComponent {
    this.#up[part]++;
    this.#tell();
    return { stop: () => { this.#up[part]--; this.#tell(); } };
  }

  #tell(): void {
    if (this.#up['kube-apiserver'] === 0) this.server.refuseWith(refused);
    else if (this.#up.etcd === 0) this.server.refuseWith(withoutEtcd);
    else this.server.refuseWith(undefined);
  }
}

const refused = (): StatusError =>
  new StatusError('ServiceUnavailable', `The connection to the server ${controlPlaneAddress}:6443 was refused - did you specify the right host or port?`);
const withoutEtcd = (): StatusError => new StatusError('', 'etcdserver: request timed out');
