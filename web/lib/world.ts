import type { CoreV1Event, Deployment, EndpointSlice, Namespace, Node, Pod, ReplicaSet, Service } from '../../src/schema/types';
import type { Door } from './door';
import { Deployments, EndpointSlices, Events, Namespaces, Nodes, Pods, ReplicaSets, Services } from './kinds';
import { Live } from './live.svelte';
import { reflect } from './reflect';

/** What the page watches of one cluster. Nothing here is asked for before something on screen reads it. */
export class World {
  readonly pods: Live<readonly Pod[]>;
  readonly nodes: Live<readonly Node[]>;
  readonly services: Live<readonly Service[]>;
  readonly endpointSlices: Live<readonly EndpointSlice[]>;
  readonly deployments: Live<readonly Deployment[]>;
  readonly replicaSets: Live<readonly ReplicaSet[]>;
  readonly namespaces: Live<readonly Namespace[]>;
  readonly events: Live<readonly CoreV1Event[]>;

  constructor(door: Door) {
    this.pods = new Live(reflect(door, Pods), []);
    this.nodes = new Live(reflect(door, Nodes), []);
    this.services = new Live(reflect(door, Services), []);
    this.endpointSlices = new Live(reflect(door, EndpointSlices), []);
    this.deployments = new Live(reflect(door, Deployments), []);
    this.replicaSets = new Live(reflect(door, ReplicaSets), []);
    this.namespaces = new Live(reflect(door, Namespaces), []);
    this.events = new Live(reflect(door, Events), []);
  }
}
