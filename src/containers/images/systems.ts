import type { Image } from './image';
import { tagsOf } from './tags';
import type { Userland } from './userland';

type System = {
  readonly repositories: readonly string[];
  readonly hasTag: (tag: string) => boolean;
  readonly sizeMiB: number;
  readonly command: readonly string[];
  readonly userland: Userland;
  readonly programs?: readonly string[];
  readonly entrypoint?: readonly string[];
};

/** Images that bring programs rather than a server; without a command they run their shell, or what they say. */
const systems: readonly System[] = [
  {
    repositories: [
      'docker.io/library/busybox', 'registry.k8s.io/busybox', 'k8s.gcr.io/busybox', 'gcr.io/google_containers/busybox',
      'registry.k8s.io/e2e-test-images/busybox', 'public.ecr.aws/docker/library/busybox', 'quay.io/quay/busybox', 'mirror.gcr.io/library/busybox',
    ],
    hasTag: tagsOf({ from: '1.20.0', to: '1.38', names: ['stable', 'unstable', 'musl', 'glibc', 'uclibc'], suffixes: ['musl', 'glibc', 'uclibc'] }),
    sizeMiB: 2.1, command: ['sh'], userland: 'busybox',
  },
  {
    repositories: ['docker.io/library/alpine', 'public.ecr.aws/docker/library/alpine'],
    hasTag: tagsOf({ from: '2.6', to: '3.22', names: ['edge'] }),
    sizeMiB: 3.6, command: ['/bin/sh'], userland: 'alpine',
  },
  {
    repositories: ['docker.io/library/ubuntu', 'public.ecr.aws/ubuntu/ubuntu'],
    hasTag: tagsOf({ from: '12.04', to: '25.10', names: ['rolling', 'devel', 'trusty', 'xenial', 'bionic', 'focal', 'jammy', 'noble', 'plucky', 'questing'] }),
    sizeMiB: 28.4, command: ['/bin/bash'], userland: 'debian',
  },
  {
    repositories: ['docker.io/library/debian'],
    hasTag: tagsOf({
      from: '7', to: '13', suffixes: ['slim', 'backports'],
      names: ['stable', 'oldstable', 'testing', 'unstable', 'sid', 'jessie', 'stretch', 'buster', 'bullseye', 'bookworm', 'trixie'],
    }),
    sizeMiB: 47, command: ['bash'], userland: 'debian',
  },
  {
    repositories: ['docker.io/library/centos', 'docker.io/library/fedora', 'docker.io/library/bash', 'docker.io/library/rockylinux', 'docker.io/library/almalinux', 'docker.io/library/amazonlinux'],
    hasTag: () => true,
    sizeMiB: 80, command: ['bash'], userland: 'debian',
  },
  {
    repositories: ['docker.io/curlimages/curl', 'quay.io/curl/curl'],
    hasTag: tagsOf({ from: '7.60', to: '8.17' }),
    sizeMiB: 9.6, entrypoint: ['/entrypoint.sh'], command: ['curl'], userland: 'alpine', programs: ['curl'],
  },
  {
    repositories: ['docker.io/radial/busyboxplus', 'docker.io/yauritux/busybox-curl', 'docker.io/nicolaka/netshoot', 'docker.io/praqma/network-multitool', 'docker.io/wbitt/network-multitool'],
    hasTag: () => true,
    sizeMiB: 18, command: ['sh'], userland: 'full',
  },
  {
    repositories: ['docker.io/polinux/stress', 'docker.io/polinux/stress-ng', 'docker.io/alexeiled/stress-ng', 'docker.io/progrium/stress'],
    hasTag: () => true,
    sizeMiB: 4, command: ['stress'], userland: 'alpine', programs: ['stress', 'stress-ng'],
  },
  {
    repositories: ['registry.k8s.io/e2e-test-images/jessie-dnsutils', 'registry.k8s.io/e2e-test-images/dnsutils', 'gcr.io/kubernetes-e2e-test-images/dnsutils', 'docker.io/tutum/dnsutils'],
    hasTag: tagsOf({ from: '1.0', to: '1.9' }),
    sizeMiB: 112, command: ['sh'], userland: 'debian', programs: ['nslookup', 'dig', 'curl', 'wget', 'nc', 'ps'],
  },
];

export const systemImages: readonly Image[] = systems.map(({ entrypoint, ...system }): Image => ({
  ...system,
  ...(entrypoint && {
    entrypoint,
    wrapper: { path: entrypoint[0] ?? '', run: (args) => (args[0]?.startsWith('-') || /^https?:/.test(args[0] ?? '') ? ['curl', ...args] : args) },
  }),
}));
