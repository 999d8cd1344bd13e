// `npm start`: builds the page and serves it on this machine.
import { createServer } from 'node:http';
import { buildPage } from './build-page.mjs';
import { install } from './install.mjs';
import { serveFolder } from './static-files.mjs';

const port = Number(process.env['PORT'] ?? 4173);

install();
console.error('Building the page ...');
const folder = await buildPage();
createServer(serveFolder(folder))
  .on('error', (error) => {
    console.error(error.code === 'EADDRINUSE' ? `Port ${port} is taken: set PORT to another one.` : error.message);
    process.exit(1);
  })
  .listen(port, '127.0.0.1', () => console.log(`Podarium is at http://localhost:${port}`));
