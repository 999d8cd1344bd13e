import { FileError } from '../shell/files';
import type { Process } from '../shell/process';
import type { Running } from '../shell/running';

/** Tries something on files; a failure is told with the text around it and gives false. */
export function* attempt(process: Process, work: () => void, text: (error: FileError) => string): Running<boolean> {
  try {
    work();
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    yield* process.complain(text(error));
    return false;
  }
}

export const isBusybox = (process: Process): boolean => process.system.dialect === 'ash';

/** The path of a name in a directory. */
export const join = (directory: string, name: string): string => (directory === '/' ? `/${name}` : `${directory}/${name}`);
