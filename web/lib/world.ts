import type {
  ControllerRevision, CoreV1Event, CronJob, DaemonSet, Deployment, EndpointSlice, Job, Namespace, Node, Pod, ReplicaSet, ReplicationController, Service, StatefulSet,
} from '../../src/schema/types';
import type { KubeObject } from '../../src/api/types';
import type { Door } from './door';
import {
  ControllerRevisions, CronJobs, DaemonSets, Deployments, EndpointSlices, Events, Jobs, Namespaces, Nodes, Pods, ReplicaSets, ReplicationControllers, Services, StatefulSets,
  stockKinds, type ServedKinds,
} from './kinds';
import { Live } from './live.svelte';
import { reflect } from './reflect';
import { servedKinds } from './served';

/** What the page watches of one cluster. Nothing here is asked for before something on screen reads it. */
export class World {
  readonly pods: Live<readonly Pod[]>;
  readonly nodes: Live<readonly Node[]>;
  readonly services: Live<readonly Service[]>;
  readonly endpointSlices: Live<readonly EndpointSlice[]>;
  readonly deployments: Live<readonly Deployment[]>;
  readonly replicaSets: Live<readonly ReplicaSet[]>;
  readonly statefulSets: Live<readonly StatefulSet[]>;
  readonly daemonSets: Live<readonly DaemonSet[]>;
  readonly revisions: Live<readonly ControllerRevision[]>;
  readonly replicationControllers: Live<readonly ReplicationController[]>;
  readonly jobs: Live<readonly Job[]>;
  readonly cronJobs: Live<readonly CronJob[]>;
  readonly namespaces: Live<readonly Namespace[]>;
  readonly events: Live<readonly CoreV1Event[]>;
  /** What is served at the moment, custom resources among it. */
  readonly kinds: Live<ServedKinds>;

  constructor(door: Door) {
    this.pods = new Live(reflect(door, Pods), []);
    this.nodes = new Live(reflect(door, Nodes), []);
    this.services = new Live(reflect(door, Services), []);
    this.endpointSlices = new Live(reflect(door, EndpointSlices), []);
    this.deployments = new Live(reflect(door, Deployments), []);
    this.replicaSets = new Live(reflect(door, ReplicaSets), []);
    this.statefulSets = new Live(reflect(door, StatefulSets), []);
    this.daemonSets = new Live(reflect(door, DaemonSets), []);
    this.revisions = new Live(reflect(door, ControllerRevisions), []);
    this.replicationControllers = new Live(reflect(door, ReplicationControllers), []);
    this.jobs = new Live(reflect(door, Jobs), []);
    this.cronJobs = new Live(reflect(door, CronJobs), []);
    this.namespaces = new Live(reflect(door, Namespaces), []);
    this.events = new Live(reflect(door, Events), []);
    this.kinds = new Live(servedKinds(door), stockKinds);
  }

  /** All of a kind that the picture shows whether it is asked for or not. */
  watched(resource: string): Live<readonly KubeObject[]> | undefined {
    switch (resource) {
      case Pods.resource: return this.pods;
      case Nodes.resource: return this.nodes;
      case Services.resource: return this.services;
      case EndpointSlices.resource: return this.endpointSlices;
      case Deployments.resource: return this.deployments;
      case ReplicaSets.resource: return this.replicaSets;
      default: return undefined;
    }
  }
}
