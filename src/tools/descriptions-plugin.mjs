import { extractDescriptions } from './extract-descriptions.mjs';

const module = 'virtual:kubernetes-descriptions';

/** A Vite plugin: Kubernetes' texts for kinds and fields as a module of its own, taken from a package while building. They are never committed. */
export const descriptions = () => ({
  name: 'kubernetes-descriptions',
  resolveId: (id) => (id === module ? `\0${id}` : undefined),
  load: (id) => (id === `\0${module}` ? `export default JSON.parse(${JSON.stringify(JSON.stringify(extractDescriptions()))});` : undefined),
});
