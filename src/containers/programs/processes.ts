import type { Process, Program } from '../shell/process';
import type { Programs } from '../shell/programs';
import { allSignals, signalName, signalNumber } from '../shell/signals';
import { suspend } from '../shell/running';
import { durationMs, startCommand } from './basics';
import { withOptions } from './options';

const ps: Program = function* (process) {
  const all = [...process.kernel.processes.values()].toSorted((a, b) => a.pid - b.pid);
  const main = process.system.mainCommand?.();
  const rows = [...(main ? [{ pid: 1, command: main.join(' ') }] : []), ...all.map(({ pid, argv }) => ({ pid, command: argv.join(' ') }))];
  const full = process.argv.some((arg) => /^-?a?u?xf?$|^-ef$/.test(arg));
  if (process.system.dialect === 'ash' || !full) {
    yield* process.print(process.system.dialect === 'ash' ? 'PID   USER     TIME  COMMAND\n' : '    PID TTY          TIME CMD\n');
    for (const { pid, command } of rows)
      yield *
        process.print(
          process.system.dialect === 'ash'
            ? `${String(pid).padStart(5)} root      0:00 ${command}\n`
            : `${String(pid).padStart(7)} ?        00:00:00 ${command.split(' ')[0] ?? ''}\n`,
        );
    return 0;
  }
  yield* process.print('USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n');
  for (const { pid, command } of rows) yield* process.print(`root     ${String(pid).padStart(7)}  0.0  0.0   4300  3200 ?        Ss   00:00   0:00 ${command}\n`);
  return 0;
};

const kill: Program = function* (process) {
  let args = process.argv.slice(1);
  let signal = 15;
  const [first = ''] = args;
  if (first === '-l' || first === '-L') {
    yield* process.print(`${allSignals.map(signalName).join('\n')}\n`);
    return 0;
  }
  if (first.startsWith('-') && first !== '--') {
    const text = first === '-s' ? (args[1] ?? '') : first.slice(1);
    args = args.slice(first === '-s' ? 2 : 1);
    const number = signalNumber(text);
    if (number === undefined) { yield* process.complain(`bad signal name '${text}'`); return 1; }
    signal = number;
  }
  let status = 0;
  for (const word of args) {
    const pid = Number(word.replace(/^%/, ''));
    if (!/^%?-?\d+$/.test(word)) { yield* process.complain(`invalid number '${word}'`); status = 1; continue; }
    const target = process.kernel.processes.get(pid);
    if (!target && !process.system.signalMain?.(pid, signal)) {
      yield* process.print(process.dialect === 'bash' ? `bash: kill: (${pid}) - No such process\n` : `sh: can't kill pid ${pid}: No such process\n`, 2);
      status = 1;
    } else if (signal !== 0) target?.signal(signal);
  }
  return status;
};

/** pkill and killall: by name. */
const killByName = (whole: boolean): Program => withOptions({ flags: 'qf9x', valued: 's' }, function* (process, options) {
  const [name = ''] = options.operands;
  const signal = options.has('9') ? 9 : (signalNumber(options.value('s') ?? 'TERM') ?? 15);
  const nameOf = ({ argv }: Process): string => (argv[0] ?? '').slice((argv[0] ?? '').lastIndexOf('/') + 1);
  const targets = [...process.kernel.processes.values()].filter(
    (other) => other !== process && (whole ? nameOf(other) === name : (options.has('f') ? other.argv.join(' ') : nameOf(other)).includes(name)),
  );
  const main = process.system.mainCommand?.();
  const hitsMain = main !== undefined && (main[0] ?? '').includes(name) && process.system.signalMain?.(1, signal) === true;
  for (const target of targets) target.signal(signal);
  if (targets.length > 0 || hitsMain) return 0;
  if (whole) yield* process.complain(`${name}: no process ${process.system.dialect === 'ash' ? 'killed' : 'found'}`);
  return 1;
});

const pgrep = withOptions({ flags: 'fla' }, function* (process, options) {
  const [name = ''] = options.operands;
  const found = [...process.kernel.processes.values()]
    .filter((other) => other !== process && (options.has('f') ? other.argv.join(' ') : (other.argv[0] ?? '')).includes(name))
    .map(({ pid }) => pid);
  const main = process.system.mainCommand?.();
  const pids = main?.[0]?.includes(name) ? [1, ...found] : found;
  for (const pid of pids.toSorted((a, b) => a - b)) yield* process.print(`${pid}\n`);
  return pids.length > 0 ? 0 : 1;
});

const timeout = withOptions(
  { flags: 'vf', valued: 'skt', stopEarly: true, long: { signal: 's', 'kill-after': 'k', foreground: 'f', 'preserve-status': 'v' } },
  function* (process, options) {
    const [first = '', ...rest] = options.operands;
    // Old busybox: `timeout -t 5 command`.
    const given = options.value('t');
    const duration = durationMs(given ?? first);
    const argv = given === undefined ? rest : options.operands;
    if (duration === undefined) {
      yield* process.complain(`invalid time interval '${first}'`);
      return 125;
    }
    const child = startCommand(process, argv);
    if (!child) {
      yield* process.complain(`failed to run command '${argv[0] ?? ''}': No such file or directory`);
      return 127;
    }
    const signal = signalNumber(options.value('s') ?? 'TERM') ?? 15;
    process.onSignal(15, () => child.signal(15));
    const limitMs = duration === 0 ? Infinity : duration;
    if (!(yield* endedWithin(process, child, limitMs))) {
      child.signal(signal);
      const killAfter = options.value('k');
      if (killAfter !== undefined && !(yield* endedWithin(process, child, durationMs(killAfter) ?? 0))) {
        child.signal(9);
        return 137;
      }
      yield* child.wait();
      return process.system.dialect === 'ash' ? 128 + signal : 124;
    }
    return child.status ?? 0;
  },
);

/** Waits for the end of another, but not longer than this. */
const endedWithin = (process: Process, child: Process, delayMs: number) => suspend<boolean>((resume) => {
  if (child.status !== undefined) return void resume(true);
  const forget = child.whenEnded(() => resume(true));
  if (delayMs === Infinity) return forget;
  const alarm = process.system.scheduler.schedule(() => resume(false), delayMs);
  return () => { forget(); alarm.unsubscribe(); };
});

const which: Program = function* (process) {
  let status = 0;
  for (const name of process.argv.slice(1).filter((arg) => arg !== '-a')) {
    if (process.system.find(name)) yield* process.print(`${name.includes('/') ? name : `/usr/bin/${name}`}\n`);
    else status = 1;
  }
  return status;
};

/** Without users and load: neither is simulated. */
const uptime: Program = function* (process) {
  const minutes = Math.floor((process.now() - process.kernel.startedAt) / 60_000);
  const up = minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  yield* process.print(` ${new Date(process.now()).toISOString().slice(11, 19)} up ${up}\n`);
  return 0;
};

/** Takes memory until the kernel ends it, and keeps processors busy: `stress --cpu 2 --vm 1 --vm-bytes 250M`, and stress-ng alike. */
const stress: Program = function* (process) {
  const valueOf = (name: string): string | undefined => {
    const at = process.argv.findIndex((word) => word === name || word.startsWith(`${name}=`));
    const word = process.argv[at];
    return word === undefined ? undefined : word.includes('=') ? word.slice(word.indexOf('=') + 1) : process.argv[at + 1];
  };
  const bytesText = valueOf('--vm-bytes') ?? '256M';
  const bytes = parseFloat(bytesText) * ({ K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[/[KMG]/i.exec(bytesText)?.[0].toUpperCase() ?? ''] ?? 1);
  const workers = Number(valueOf('--vm') ?? 0);
  const cpu = Number(valueOf('--cpu') ?? valueOf('-c') ?? 0);
  yield* process.print(`stress: info: [${process.pid}] dispatching hogs: ${cpu} cpu, 0 io, ${workers} vm, 0 hdd\n`);
  const rest = process.system.load?.(cpu);
  try {
    if (workers > 0) {
      yield* process.sleep(1_000);
      process.system.useMemory?.(workers * bytes);
    }
    yield* process.sleep(durationMs(valueOf('--timeout') ?? valueOf('-t') ?? 'inf') ?? Infinity);
    return 0;
  } finally {
    rest?.();
    if (workers > 0) process.system.useMemory?.(0);
  }
};

export const processPrograms: Programs = {
  ps,
  kill,
  killall: killByName(true),
  pkill: killByName(false),
  pgrep,
  timeout,
  which,
  uptime,
  stress,
  'stress-ng': stress,
};
