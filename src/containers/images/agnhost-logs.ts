import { goSignals, type Server, type ServerProcess } from '../server';

type Flag = (argv: readonly string[], name: string) => string | undefined;
const defaultLines = 0;
const methods = ['GET', 'PUT', 'POST'];
const namespaces = ['kube-system', 'default', 'ns'];
const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

const durationMs = (text: string): number => [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitsMs[unit ?? ''] ?? 0), 0);

/** A line as klog writes it, about a request that never was. */
function line(process: ServerProcess, index: number): string {
  const date = new Date(process.now()).toISOString();
  const [, month, day] = /-(\d\d)-(\d\d)T/.exec(date) ?? [];
  const pod = ((index * 7_919 + process.pid) % 46_656).toString(36).padStart(3, '0');
  const path = `/api/v1/namespaces/${namespaces[index % namespaces.length]}/pods/${pod}`;
  return `I${month}${day} ${date.slice(11, 23)}000 ${String(process.pid).padStart(7)} logs_generator.go:76] ${index} ${methods[index % methods.length]} ${path} ${200 + (index * 31) % 400}\n`;
}

/** `agnhost logs-generator --log-lines-total N --run-duration D`: N lines spread evenly over the time. */
export function logsGenerator(flag: Flag): Server {
  return {
    ports: () => [],
    answer: () => ({ kind: 'text', text: '' }),
    start: (process) => {
      const total = Number(flag(process.argv, 'log-lines-total') ?? flag(process.argv, 't') ?? defaultLines);
      const everyMs = durationMs(flag(process.argv, 'run-duration') ?? flag(process.argv, 'd') ?? '0s') / Math.max(1, total);
      const write = (index: number): void => {
        if (index >= total) { process.end(0); return; }
        process.print(line(process, index), 'stderr');
        process.later(everyMs, () => write(index + 1));
      };
      process.later(everyMs, () => write(0));
    },
    signals: goSignals,
  };
}
