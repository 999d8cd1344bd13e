import { expect, test } from 'vitest';
import { World } from './world';

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: p1
  labels: {app: p, tier: x}
  annotations: {note: hello}
spec:
  automountServiceAccountToken: false
  containers:
  - name: a
    image: nginx
    command: [sh, -c, "echo a\\necho b"]
    args: [x]
    ports: [{containerPort: 80, name: http}, {containerPort: 53, protocol: UDP, hostPort: 9}]
    resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 128Mi}}
    livenessProbe: {httpGet: {path: /healthz, port: http}, initialDelaySeconds: 5}
    readinessProbe: {exec: {command: [cat, /x]}}
    env:
    - {name: A, value: b}
    - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
    - {name: S, valueFrom: {secretKeyRef: {name: s, key: k}}}
    - {name: C, valueFrom: {configMapKeyRef: {name: c, key: k, optional: true}}}
    envFrom: [{configMapRef: {name: c}}, {secretRef: {name: s}, prefix: X_}]
    volumeMounts: [{name: e, mountPath: /e}, {name: c, mountPath: /c, readOnly: true, subPath: x}]
  volumes:
  - {name: e, emptyDir: {}}
  - {name: c, configMap: {name: c}}
`;

/** Compared with what kubectl 1.35 prints for the same objects. */
test('a pod', async () => {
  const world = new World({ 'p.yaml': pod });
  await world.run('apply -f p.yaml');
  expect((await world.run('describe pod p1')).out).toBe(`Name:             p1
Namespace:        default
Priority:         0
Service Account:  default
Node:             <none>
Labels:           app=p
                  tier=x
Annotations:      note: hello
Status:           Pending
IP:               ${''}
IPs:              <none>
Containers:
  a:
    Image:       nginx
    Ports:       80/TCP (http), 53/UDP
    Host Ports:  0/TCP (http), 9/UDP
    Command:
      sh
      -c
      echo a
      echo b
    Args:
      x
    Limits:
      memory:  128Mi
    Requests:
      cpu:      100m
      memory:   64Mi
    Liveness:   http-get http://:http/healthz delay=5s timeout=1s period=10s #success=1 #failure=3
    Readiness:  exec [cat /x] delay=0s timeout=1s period=10s #success=1 #failure=3
    Environment Variables from:
      c  ConfigMap                Optional: false
      s  Secret with prefix 'X_'  Optional: false
    Environment:
      A:    b
      POD:  p1 (v1:metadata.name)
      S:    <set to the key 'k' in secret 's'>      Optional: false
      C:    <set to the key 'k' of config map 'c'>  Optional: true
    Mounts:
      /c from c (ro,path="x")
      /e from e (rw)
Volumes:
  e:
    Type:       EmptyDir (a temporary directory that shares a pod's lifetime)
    Medium:     ${''}
    SizeLimit:  <unset>
  c:
    Type:        ConfigMap (a volume populated by a ConfigMap)
    Name:        c
    Optional:    false
QoS Class:       Burstable
Node-Selectors:  <none>
Tolerations:     node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
                 node.kubernetes.io/unreachable:NoExecute op=Exists for 300s
Events:          <none>
`);
});

test('a config map, a secret and a namespace', async () => {
  const world = new World();
  await world.run('create cm c --from-literal=b=2 --from-literal=a=1');
  await world.run('create secret generic s --from-literal=k=value');
  expect((await world.run('describe cm c')).out).toBe(`Name:         c
Namespace:    default
Labels:       <none>
Annotations:  <none>

Data
====
a:
----
1

b:
----
2


BinaryData
====

Events:  <none>
`);
  expect((await world.run('describe secret s')).out)
    .toBe('Name:         s\nNamespace:    default\nLabels:       <none>\nAnnotations:  <none>\n\nType:  Opaque\n\nData\n====\nk:  5 bytes\n');
  expect((await world.run('describe ns default')).out)
    .toBe('Name:         default\nLabels:       kubernetes.io/metadata.name=default\nAnnotations:  <none>\nStatus:       Active\n\nNo resource quota.\n\nNo LimitRange resource.\n');
});

test('a service', async () => {
  const world = new World();
  await world.run('create service nodeport web --tcp=80:http');
  const { out } = await world.run('describe svc web');
  expect(out.replace(/10\.\d+\.\d+\.\d+/g, 'IP').replace(/3\d{4}/g, 'PORT')).toBe(`Name:                     web
Namespace:                default
Labels:                   app=web
Annotations:              <none>
Selector:                 app=web
Type:                     NodePort
IP Family Policy:         SingleStack
IP Families:              IPv4
IP:                       IP
IPs:                      IP
Port:                     80-http  80/TCP
TargetPort:               http/TCP
NodePort:                 80-http  PORT/TCP
Endpoints:                <none>
Session Affinity:         None
External Traffic Policy:  Cluster
Internal Traffic Policy:  Cluster
Events:                   <none>
`);
});

test('names may be given by their beginning; what is not there is told', async () => {
  const world = new World();
  await world.run('create cm web-1');
  await world.run('create cm web-2');
  expect((await world.run('describe cm web')).out).toMatch(/^Name: {9}web-1\n[^]*\n\n\nName: {9}web-2\n/);
  expect(await world.run('describe cm nope')).toEqual({ out: '', err: 'Error from server (NotFound): configmaps "nope" not found\n', code: 1 });
});
