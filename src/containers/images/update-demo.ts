import { goNotFound, httpReply, parseTarget } from '../http';
import { gracefulSignals, type Server } from '../server';
import type { Image } from './image';
import { tagsOf } from './tags';

/** The two pictures of the update demo: each image says which one it is. */
const demo = (name: string): Image => {
  const server: Server = {
    ports: () => [80],
    answer: (_process, _port, payload) => {
      if (payload.kind !== 'http') return { kind: 'text', text: '' };
      const { pathname } = parseTarget(payload.request.path);
      return pathname === '/data.json' ? httpReply(200, 'application/json', `{\n  "image": "${name}.jpg"\n}\n`) : goNotFound();
    },
    signals: gracefulSignals,
  };
  return {
    repositories: [`registry.k8s.io/e2e-test-images/${name}`, `k8s.gcr.io/e2e-test-images/${name}`],
    hasTag: tagsOf({ from: '1.0', to: '1.7' }),
    sizeMiB: 42.4,
    entrypoint: ['/run_nginx.sh'],
    userland: 'debian',
    servers: { '/run_nginx.sh': server },
  };
};
export const nautilus = demo('nautilus');
export const kitten = demo('kitten');
