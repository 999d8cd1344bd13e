import { describe, expect, test } from 'vitest';
import { imageNameError, parseImageName } from '../../src/containers/image-name';
import { world } from './world';

const { runtime } = world();

describe('pulling', () => {
  test.each([
    'nginx',
    'nginx:1.7.9',
    'nginx:1.14.2',
    'nginx:1.29',
    'nginx:1.27-alpine',
    'nginx:stable-alpine',
    'nginx:alpine',
    'nginx:1.25.3-alpine3.18-slim',
    'httpd:2.4',
    'redis:6.0.5',
    'redis:e2e',
    'redis:7-alpine',
    'busybox:1.28',
    'busybox:1.36.1',
    'busybox:stable',
    'alpine:3.20',
    'ubuntu:22.04',
    'ubuntu:jammy',
    'debian:bookworm-slim',
    'gcr.io/kuar-demo/kuard-amd64:blue',
    'gcr.io/kuar-demo/kuard-amd64:3',
    'registry.k8s.io/e2e-test-images/agnhost:2.53',
    'registry.k8s.io/pause:3.10',
    'gcr.io/google-samples/hello-app:1.0',
    'mysql:8.0',
    'postgres:16-alpine',
    'perl:5.34',
    'quay.io/any/thing:v1',
    'registry.k8s.io/redis@sha256:cb111d1bd870a6a471385a4a69ad17469d326e9dd91e0e455350cacf36e1b3ee',
    'us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5',
    'gcr.io/google_samples/gb-redisslave:v3',
  ])('%s is found', (name) => expect(runtime.image(name)).toMatchObject({ found: true }));

  test.each(['nginx:1.99', 'nginx:1.161', 'nginx:bad', 'nginx:v1.14', 'redis:99', 'busybox:2', 'gcr.io/kuar-demo/kuard-amd64:9', 'alpine:1.0'])(
    '%s is not',
    (name) => expect(runtime.image(name)).toMatchObject({ found: false }),
  );

  test('an unknown tag fails as containerd says it through the kubelet', () => {
    expect(runtime.image('nginx:bad')).toMatchObject({
      error:
        'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:bad": failed to resolve reference ' +
          '"docker.io/library/nginx:bad": docker.io/library/nginx:bad: not found',
    });
  });

  test('an unknown repository may want a login', () => {
    expect(runtime.image('does-not-exist')).toMatchObject({
      found: false,
      error:
        'rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/library/does-not-exist:latest": failed to resolve reference ' +
          '"docker.io/library/does-not-exist:latest": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    });
  });

  test('size, duration and digest depend on the name alone', () => {
    expect(runtime.image('nginx:1.27')).toEqual(world().runtime.image('nginx:1.27'));
    const image = runtime.image('nginx:1.27');
    if (!image.found) throw new Error('not found');
    expect(image.imageID).toMatch(/^docker\.io\/library\/nginx@sha256:[0-9a-f]{64}$/);
    expect(image.sizeBytes).toBeGreaterThan(60e6);
    expect(image.pullMs).toBeGreaterThan(1_000);
    expect(image.pullMs).toBeLessThan(6_000);
  });
});

describe('image names', () => {
  test.each([
    ['nginx', 'docker.io/library/nginx', 'latest'],
    ['team/app:v1', 'docker.io/team/app', 'v1'],
    ['localhost/app', 'localhost/app', 'latest'],
    ['registry:5000/app', 'registry:5000/app', 'latest'],
    ['gcr.io/a/b/c:x-1', 'gcr.io/a/b/c', 'x-1'],
  ])('%s is %s:%s', (name, repository, tag) => expect(parseImageName(name)).toMatchObject({ repository, tag }));

  test.each([
    ['nginx:', "couldn't parse image name \"nginx:\": invalid reference format"],
    ['nginx::1', "couldn't parse image name \"nginx::1\": invalid reference format"],
    ['http://nginx', "couldn't parse image name \"http://nginx\": invalid reference format"],
    ['ng inx', "couldn't parse image name \"ng inx\": invalid reference format"],
    ['Nginx', "couldn't parse image name \"Nginx\": invalid reference format: repository name (library/Nginx) must be lowercase"],
    ['nginx@sha256:12', "couldn't parse image name \"nginx@sha256:12\": invalid reference format"],
    ['-x', "couldn't parse image name \"-x\": invalid reference format"],
  ])('%s is invalid', (name, error) => expect(imageNameError(name)).toBe(error));
});
