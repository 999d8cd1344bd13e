/** Kinds by their shape, on a 16 px grid. A kind without one of its own is an octagon with two letters. */
const shapes: Readonly<Record<string, string>> = {
  Pod: 'M8 1.2l5.9 3.4v6.8L8 14.8l-5.9-3.4V4.6z',
  ReplicaSet: 'M2 5h9v9H2zM5 5V2h9v9h-3',
  Deployment: 'M4 3h8a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM2 6.2h12',
  Service: 'M8 1.5L14.5 8 8 14.5 1.5 8z',
  EndpointSlice: 'M8 1.5L14.5 8 8 14.5 1.5 8zM8 5.2L10.8 8 8 10.8 5.2 8z',
  Node: 'M1.5 2.5h13v11h-13zM1.5 5.5h13',
  StatefulSet: 'M2 2.5h12v3.2H2zM2 6.9h12v3.2H2zM2 11.3h12v3.2H2z',
  DaemonSet: 'M1.5 2.5h13v11h-13zM8 5l2.8 1.6v3.2L8 11.4 5.2 9.8V6.6z',
  ReplicationController: 'M2 5h9v9H2zM5 5V2h9v9h-3',
  Job: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z',
  CronJob: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.8V8l2.4 1.6',
  ConfigMap: 'M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3',
  Secret: 'M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3M6 9.5h4v3H6zM7 9.5V8.3a1 1 0 0 1 2 0v1.2',
  Namespace: 'M2 5V2.5h3M11 2.5h3V5M14 11v2.5h-3M5 13.5H2V11',
};
export const octagon = 'M5.1 1.5h5.8l3.6 3.6v5.8l-3.6 3.6H5.1l-3.6-3.6V5.1z';

export const shapeOf = (kind: string): string | undefined => shapes[kind];
/** The two letters inside an octagon: the capitals of the kind, or its first two letters. */
export const lettersOf = (kind: string): string => (kind.match(/[A-Z]/g)?.join('') ?? '').padEnd(2, kind.slice(1, 2)).slice(0, 2);

/** Corners of a regular hexagon standing on a point, around 0,0. */
export const hexagon = (radius: number): string => {
  const half = radius * 0.866;
  return `M0 ${-radius}L${half} ${-radius / 2}V${radius / 2}L0 ${radius}L${-half} ${radius / 2}V${-radius / 2}Z`;
};
