import { httpDate, plainText } from '../http';
import type { Server } from '../server';
import type { Image } from './image';
import { logTime } from './web-files';

const ports = [80];
/** A million square roots in PHP. */
const answerCpuMs = 50;

/** Computes for each answer, which takes longer the less of a processor it may have. */
const server: Server = {
  ports: () => ports,
  answer: (process, _port, payload, from) => {
    if (payload.kind !== 'http') return { kind: 'text', text: 'HTTP/1.1 400 Bad Request\r\n\r\n' };
    const { method, path, headers } = payload.request;
    const delayMs = Math.round(process.work(answerCpuMs));
    process.print(`${from.ip} - - [${logTime(process.now())}] "${method} ${path} HTTP/1.1" 200 203 "-" "${headers['User-Agent'] ?? '-'}"\n`);
    const reply = plainText('OK!', 200, { Server: 'Apache/2.4.10 (Debian)', 'X-Powered-By': 'PHP/5.6.14', Date: httpDate(process.now()) });
    return reply.kind === 'http' ? { ...reply, response: { ...reply.response, delayMs } } : reply;
  },
  signals: { 2: 0, 15: 0, 28: 0 },
};

/** The server of the autoscaling walkthrough in Kubernetes' documentation. */
export const hpaExample: Image = {
  repositories: ['registry.k8s.io/hpa-example', 'k8s.gcr.io/hpa-example', 'gcr.io/google_containers/hpa-example'],
  hasTag: (tag) => tag === 'latest',
  sizeMiB: 195.6,
  command: ['apache2-foreground'],
  workingDir: '/var/www/html',
  userland: 'debian',
  programs: ['curl'],
  idle: { cpuMilli: 1, memoryMiB: 11 },
  requestCpuMs: 0,
  servers: { 'apache2-foreground': server },
  files: () => ({ '/var/www/html/index.php': '<?php\n  $x = 0.0001;\n  for ($i = 0; $i <= 1000000; $i++) {\n    $x += sqrt($x);\n  }\n  echo "OK!";\n?>\n' }),
};
