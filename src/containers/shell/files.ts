/** What a program sees of a file. Times in milliseconds, mode as in `chmod 644`. */
export type FileStat = { readonly type: 'file' | 'directory' | 'device'; readonly size: number; readonly mode: number; readonly modifiedAt: number };

const texts = {
  ENOENT: 'No such file or directory',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  EEXIST: 'File exists',
  ENOTEMPTY: 'Directory not empty',
  EROFS: 'Read-only file system',
  EACCES: 'Permission denied',
  EBADF: 'Bad file descriptor',
  EBUSY: 'Device or resource busy',
} as const;
export type FileErrorCode = keyof typeof texts;

/** What a file operation could not do; the message is the text programs print: `No such file or directory`. */
export class FileError extends Error {
  constructor(readonly code: FileErrorCode) { super(texts[code]); }
}

/** A file system as programs use it. Paths are absolute and normal (no `.`, `..` or double slashes); failures are {@link FileError}s. */
export interface FileSystem {
  stat(path: string): FileStat | undefined;
  read(path: string): string;
  /** Creates or replaces a file in a directory that exists. */
  write(path: string, content: string): void;
  makeDirectory(path: string): void;
  /** Removes a file or an empty directory. */
  remove(path: string): void;
  /** The names in a directory, sorted. */
  list(path: string): readonly string[];
  changeMode(path: string, mode: number): void;
  /** Sets the modification time to now. */
  touch(path: string): void;
}

/** `path` as seen from `directory`, normalised: `..`, `.` and repeated slashes are gone. */
export const resolvePath = (directory: string, path: string): string => {
  const steps: string[] = [];
  for (const step of (path.startsWith('/') ? path : `${directory}/${path}`).split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return `/${steps.join('/')}`;
};

export const parentPath = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
