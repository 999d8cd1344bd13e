import { everySecond } from '../../lib/timestamp';

const types: Readonly<Record<string, string>> = {
  html: 'text/html', htm: 'text/html', css: 'text/css', js: 'application/javascript', json: 'application/json', txt: 'text/plain', xml: 'text/xml', svg: 'image/svg+xml',
  png: 'image/png', jpg: 'image/jpeg', ico: 'image/x-icon',
};
/** By the name's ending; what is not known is bytes. */
export const contentType = (path: string): string => types[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

export const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
export const two = (value: number): string => String(value).padStart(2, '0');

/** `21/Nov/2026:09:00:00 +0000`, as web servers write it in access logs. */
export const logTime = everySecond((at) => {
  const date = new Date(at);
  return `${two(date.getUTCDate())}/${months[date.getUTCMonth()] ?? ''}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
});
