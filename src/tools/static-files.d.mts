import type { RequestListener } from 'node:http';

export const contentSecurityPolicy: string;
/** A request listener that gives out the files below `folder` and nothing else. */
export function serveFolder(folder: string): RequestListener;
