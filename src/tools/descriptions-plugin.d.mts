import type { Plugin } from 'vite';

/** Kubernetes' texts for kinds and fields as the module `virtual:kubernetes-descriptions`, taken from a package while building. */
export function descriptions(): Plugin;
