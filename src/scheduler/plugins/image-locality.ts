import { maxNodeScore, type Cycle, type Plugin } from '../framework';

const mebibyte = 1024 * 1024;
const leastBytes = 23 * mebibyte;
const mostBytesPerContainer = 1000 * mebibyte;

/** Prefers nodes that have the pod's images already; an image counts for more the more nodes have it, so that no node draws all pods. */
export const imageLocality: Plugin = {
  name: 'ImageLocality',
  preScore: ({ pod: { spec }, nodes }) => {
    const all = [...(spec.initContainers ?? []), ...spec.containers];
    const shares = all.flatMap(({ image = '' }) => sharedBytes(normalized(image), nodes));
    if (shares.length === 0) return undefined;
    const mostBytes = mostBytesPerContainer * all.length;
    return (candidates, scores) => candidates.forEach(({ images }, i) => {
      let sum = 0;
      for (const { image, bytes } of shares) if (images.has(image)) sum += bytes;
      scores[i] = Math.trunc((maxNodeScore * (Math.min(Math.max(sum, leastBytes), mostBytes) - leastBytes)) / (mostBytes - leastBytes));
    });
  },
};

function sharedBytes(image: string, nodes: Cycle['nodes']): readonly { readonly image: string; readonly bytes: number }[] {
  const state = nodes.image(image);
  return state ? [{ image, bytes: Math.trunc(state.sizeBytes * (state.nodes / nodes.list.length)) }] : [];
}

/** `nginx` is listed on nodes as `nginx:latest`. */
const normalized = (image: string): string => (image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image);
