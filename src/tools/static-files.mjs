// A static file server for the built page, with the headers a careful host would send.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { extname, join, normalize, sep } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
  '.json': 'application/json', '.woff2': 'font/woff2', '.woff': 'font/woff', '.ttf': 'font/ttf', '.png': 'image/png', '.map': 'application/json',
};

export const contentSecurityPolicy = [
  "default-src 'self'", "style-src 'self' 'unsafe-inline'", "worker-src 'self' blob:", "font-src 'self' data:", "img-src 'self' data:",
  "connect-src 'self'", "object-src 'none'", "base-uri 'self'", "frame-ancestors 'self'",
].join('; ');

/** A request listener that gives out the files below `folder` and nothing else. */
export function serveFolder(folder) {
  return (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    const asked = join(folder, path.endsWith(sep) ? join(path, 'index.html') : path);
    const found = asked.startsWith(folder) && existsSync(asked) && statSync(asked).isFile();
    const headers = { 'Content-Security-Policy': contentSecurityPolicy, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-cache' };
    if (!found || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(found ? 405 : 404, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }).end(found ? 'Method not allowed\n' : 'Not found\n');
      return;
    }
    response.writeHead(200, { ...headers, 'Content-Type': types[extname(asked)] ?? 'application/octet-stream' });
    if (request.method === 'HEAD') response.end(); else createReadStream(asked).pipe(response);
  };
}
