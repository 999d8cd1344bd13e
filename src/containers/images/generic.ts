import { httpDate, plainText } from '../http';
import { type Server, gracefulSignals } from '../server';
import type { Image } from './image';

/** What an image nobody here knows runs: it listens on the container's declared ports and says who it is. */
export const genericServer: Server = {
  ports: ({ config }) => config.ports,
  answer: (process, port, payload) => {
    const { hostname, image } = process.config;
    if (payload.kind !== 'http') return { kind: 'text', text: `${hostname} (${image})\n` };
    const { method, path } = payload.request;
    return plainText(`Hostname: ${hostname}\nImage: ${image}\nPort: ${port}\nRequest: ${method} ${path}\n`, 200, { Date: httpDate(process.now()) });
  },
  banner: ({ config }) => ({
    stream: 'stdout',
    text: `Podarium has no program for image ${config.image}: a simple server ${config.ports.length > 0 ? `answers on ${config.ports.join(', ')}` : 'runs, without a port'}\n`,
  }),
  signals: gracefulSignals,
};

const genericProgram = '/server';

/** Stands for every image that is not in the registry; its userland lets commands of manifests run. */
export const generic: Image = {
  repositories: [],
  hasTag: () => true,
  sizeMiB: 100,
  entrypoint: [genericProgram],
  userland: 'full',
  servers: { [genericProgram]: genericServer },
};
