import { config } from 'rxjs';

/** Errors that nobody catches go to `tell` until the returned function is called; then to whom they went before. */
export function catchUnhandled(tell: (error: unknown) => void): () => void {
  const before = config.onUnhandledError;
  config.onUnhandledError = tell;
  return () => { config.onUnhandledError = before; };
}
