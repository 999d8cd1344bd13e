import type { FileSystem } from './files';
import { segmentMatcher } from './pattern';

const special = /(?<!\\)[*?[]/;

/** The paths that fit a pattern, sorted; none when nothing fits. Hidden files need a written dot. */
export const expandPaths = (files: FileSystem, directory: string, pattern: string): readonly string[] => {
  const absolute = pattern.startsWith('/');
  let found: readonly string[] = [absolute ? '/' : ''];
  for (const segment of pattern.split('/').filter((part, index) => part !== '' || index > 0)) {
    if (segment === '') found = found.map((path) => `${path}/`);
    else if (special.test(segment)) found = found.flatMap((path) => matchingIn(files, directory, path, segment));
    else found = found.map((path) => join(path, segment.replace(/\\(.)/g, '$1'))).filter((path) => exists(files, directory, path));
  }
  return found.filter((path) => path !== '').toSorted();
};

const matchingIn = (files: FileSystem, directory: string, path: string, segment: string): readonly string[] => {
  const full = path === '' ? directory : absolutePath(directory, path);
  if (files.stat(full)?.type !== 'directory') return [];
  const matcher = segmentMatcher(segment);
  const hidden = segment.startsWith('.') || segment.startsWith('\\.');
  return files.list(full).filter((name) => (hidden || !name.startsWith('.')) && matcher.test(name)).map((name) => join(path, name));
};

const exists = (files: FileSystem, directory: string, path: string): boolean => files.stat(absolutePath(directory, path)) !== undefined;
const absolutePath = (directory: string, path: string): string => (path.startsWith('/') ? path : directory === '/' ? `/${path}` : `${directory}/${path}`);
const join = (path: string, name: string): string => (path === '' || path.endsWith('/') ? path + name : `${path}/${name}`);
