import { characterClass } from '../shell/pattern';
import type { Program } from '../shell/process';
import type { Programs } from '../shell/programs';
import type { Running } from '../shell/running';
import { runAs, startCommand } from './basics';
import { grepPrograms } from './grep';
import { allLines, eachLine, openInput, readInput } from './input';
import { withOptions } from './options';

/** `-5` as `-n 5`. */
const withCount = (program: Program): Program => (process) => {
  process.argv = process.argv.map((word, index) => (/^-\d+$/.test(word) && index > 0 && !/^-[nc]$/.test(process.argv[index - 1] ?? '') ? `-n${word.slice(1)}` : word));
  return program(process);
};

const head = withCount(withOptions({ flags: 'qv', valued: 'nc', long: { lines: 'n', bytes: 'c' } }, function* (process, options) {
  const names = options.operands.length > 0 ? options.operands : ['-'];
  const bytes = options.value('c');
  const count = Number(options.value('n') ?? 10);
  let status = 0;
  for (const [index, name] of names.entries()) {
    const input = yield* openInput(process, name);
    if (!input) { status = 1; continue; }
    if (names.length > 1) yield* process.print(`${index > 0 ? '\n' : ''}==> ${name} <==\n`);
    if (bytes !== undefined) {
      for (let left = Number(bytes); left > 0; ) {
        const text = yield* input.read(left);
        if (text === undefined) break;
        left -= text.length;
        yield* process.print(text);
      }
    } else if (count < 0) {
      const lines: string[] = [];
      for (let line = yield* input.readLine(); line !== undefined; line = yield* input.readLine()) lines.push(line);
      for (const line of lines.slice(0, count)) yield* process.print(line);
    } else {
      for (let left = count; left > 0; left--) {
        const line = yield* input.readLine();
        if (line === undefined) break;
        yield* process.print(line);
      }
    }
    input.release();
  }
  return status;
}));

const tail = withCount(withOptions({ flags: 'fFqv', valued: 'nc', long: { lines: 'n', follow: 'f' } }, function* (process, options) {
  const wanted = options.value('n') ?? '10';
  const names = options.operands.length > 0 ? options.operands : ['-'];
  let status = 0;
  const sizes = new Map<string, number>();
  for (const name of names) {
    const text = yield* readInput(process, name);
    if (text === undefined) { status = 1; continue; }
    sizes.set(name, text.length);
    const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    const bytes = options.value('c');
    if (names.length > 1) yield* process.print(`==> ${name} <==\n`);
    yield *
      process.print(
        bytes !== undefined
          ? text.slice(-Number(bytes))
          : wanted.startsWith('+')
            ? lines.slice(Number(wanted) - 1).join('')
            : Number(wanted) === 0
              ? ''
              : lines.slice(-Math.abs(Number(wanted))).join(''),
      );
  }
  if (!options.has('f') && !options.has('F')) return status;
  const { files } = process.system;
  for (;;) {
    yield* process.sleep(1_000);
    for (const [name, size] of sizes) {
      const path = process.path(name);
      const now = files.stat(path)?.type === 'file' ? files.read(path) : '';
      if (now.length > size) yield* process.print(now.slice(size));
      sizes.set(name, now.length);
    }
  }
}));

const wc = withOptions({ flags: 'lwcmL' }, function* (process, options) {
  const names = options.operands.length > 0 ? options.operands : ['-'];
  const all = !['l', 'w', 'c', 'm', 'L'].some((letter) => options.has(letter));
  const totals = [0, 0, 0];
  let status = 0;
  const row = (counts: readonly number[], name: string): string => {
    const chosen = counts.filter((_, index) => all || options.has('lwc'.charAt(index)) || (index === 2 && options.has('m')));
    const text =
      chosen.length === 1 && options.operands.length <= 1
        ? String(chosen[0])
        : chosen
            .map((count) => String(count).padStart(process.system.dialect === 'ash' ? 9 : options.operands.length > 0 ? 2 : 7))
            .join(process.system.dialect === 'ash' ? '' : ' ');
    return `${text}${name === '-' ? '' : ` ${name}`}\n`;
  };
  for (const name of names) {
    const text = yield* readInput(process, name);
    if (text === undefined) { status = 1; continue; }
    const counts = [text.match(/\n/g)?.length ?? 0, text.match(/\S+/g)?.length ?? 0, text.length];
    counts.forEach((count, index) => { totals[index] = (totals[index] ?? 0) + count; });
    yield* process.print(row(counts, name));
  }
  if (names.length > 1) yield* process.print(row(totals, 'total'));
  return status;
});

/** The characters of a set as tr writes it: ranges, classes, escapes. */
const characterSet = (text: string): string => {
  const expanded = text
    .replace(/\\(?:([0-7]{1,3})|(.))/gs, (_, octal: string | undefined, letter: string) =>
      octal ? String.fromCharCode(parseInt(octal, 8)) : ({ n: '\n', t: '\t', r: '\r', '\\': '\\' }[letter] ?? letter),
    )
    .replace(
      /\[:(\w+):\]/g,
      (all, name: string) =>
        Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
          .filter((character) => new RegExp(`[${characterClass(name) ?? ''}]`).test(character))
          .join('') || all,
    );
  return expanded.replace(/(.)-(.)/gs, (_, from: string, to: string) =>
    Array.from({ length: Math.max(0, to.charCodeAt(0) - from.charCodeAt(0) + 1) }, (_unused, index) => String.fromCharCode(from.charCodeAt(0) + index)).join(
      '',
    ),
  );
};

const tr = withOptions({ flags: 'dscC' }, function* (process, options) {
  const [first = '', second = ''] = options.operands.map(characterSet);
  const complement = options.has('c') || options.has('C');
  const inFirst = (character: string): boolean => first.includes(character) !== complement;
  const squeezed = options.has('d') || options.operands.length > 1 ? second : first;
  const mapped = (character: string): string => {
    if (options.has('d') || options.operands.length < 2 || !inFirst(character)) return character;
    return complement ? (second.at(-1) ?? character) : (second.charAt(Math.min(first.lastIndexOf(character), second.length - 1)) || character);
  };
  let last = '';
  for (let text = yield* process.read(); text !== undefined; text = yield* process.read()) {
    let result = '';
    for (const character of text) {
      if (options.has('d') && inFirst(character)) continue;
      const next = mapped(character);
      const squeezes = options.has('s') && next === last && (options.operands.length > 1 || options.has('d') ? squeezed.includes(next) : inFirst(next));
      if (!squeezes) result += next;
      last = next;
    }
    yield* process.print(result);
  }
  return 0;
});

/** `1,3-5,7-` as a test of positions from one. */
const positionList = (text: string): ((position: number) => boolean) => {
  const ranges = text.split(',').map((part): readonly [number, number] => {
    const [from = '', to] = part.split('-');
    return [Number(from || 1), to === undefined ? Number(from) : to === '' ? Infinity : Number(to)];
  });
  return (position) => ranges.some(([from, to]) => position >= from && position <= to);
};

const cut = withOptions({ flags: 's', valued: 'dfcb', long: { delimiter: 'd', fields: 'f', characters: 'c', bytes: 'b' } }, function* (process, options) {
  const list = options.value('f') ?? options.value('c') ?? options.value('b');
  if (list === undefined) { yield* process.complain('you must specify a list of bytes, characters, or fields'); return 1; }
  const wanted = positionList(list);
  const delimiter = options.value('d') ?? '\t';
  return yield* eachLine(process, options.operands, function* (line) {
    if (!options.has('f')) yield* process.print(`${[...line].filter((_, index) => wanted(index + 1)).join('')}\n`);
    else if (line.includes(delimiter)) yield* process.print(`${line.split(delimiter).filter((_, index) => wanted(index + 1)).join(delimiter)}\n`);
    else if (!options.has('s')) yield* process.print(`${line}\n`);
  });
});

const sort = withOptions(
  {
    flags: 'nrufbVhgsMd',
    valued: 'tko',
    long: { 'numeric-sort': 'n', reverse: 'r', unique: 'u', key: 'k', 'field-separator': 't', 'version-sort': 'V', 'human-numeric-sort': 'h' },
  },
  function* (process, options) {
    const { lines, status } = yield* allLines(process, options.operands);
    const separator = options.value('t');
    const keys = options
      .values('k')
      .map((text) => /^(\d+)(?:\.\d+)?([a-zA-Z]*)(?:,(\d+)[.\d]*([a-zA-Z]*))?$/.exec(text))
      .filter((match) => match !== null);
    const fieldsOf = (line: string): readonly string[] => (separator === undefined ? line.trim().split(/\s+/) : line.split(separator));
    const textOf = (line: string, match: RegExpExecArray): string =>
      fieldsOf(line)
        .slice(Number(match[1]) - 1, match[3] === undefined ? undefined : Number(match[3]))
        .join(separator ?? ' ');
    const has = (letter: string, match?: RegExpExecArray): boolean =>
      options.has(letter) || (match?.[2] ?? '').includes(letter) || (match?.[4] ?? '').includes(letter);
    const compare = (a: string, b: string, match?: RegExpExecArray): number => {
      if (has('n', match) || has('g', match)) return (parseFloat(a) || 0) - (parseFloat(b) || 0);
      if (has('h', match)) return humanNumber(a) - humanNumber(b);
      if (has('V', match)) return compareVersions(a, b);
      const [x, y] = has('f', match) ? [a.toUpperCase(), b.toUpperCase()] : [a, b];
      return x < y ? -1 : Number(x > y);
    };
    const order = (a: string, b: string): number => {
      for (const match of keys) {
        const difference = compare(textOf(a, match), textOf(b, match), match);
        if (difference !== 0) return has('r', match) ? -difference : difference;
      }
      const difference = keys.length > 0 ? 0 : compare(a, b);
      if (difference !== 0) return options.has('r') ? -difference : difference;
      if (options.has('u') || options.has('s')) return 0;
      return (a < b ? -1 : Number(a > b)) * (options.has('r') ? -1 : 1);
    };
    const sorted = lines.toSorted(order);
    const unique = options.has('u') ? sorted.filter((line, index) => index === 0 || order(sorted[index - 1] ?? '', line) !== 0) : sorted;
    const text = unique.map((line) => `${line}\n`).join('');
    const target = options.value('o');
    if (target === undefined) yield* process.print(text);
    else process.system.files.write(process.path(target), text);
    return status === 0 ? 0 : 2;
  },
);

const humanNumber = (text: string): number =>
  parseFloat(text) * ({ K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 }[/[KMGT]/.exec(text.toUpperCase())?.[0] ?? ''] ?? 1) || 0;

const compareVersions = (a: string, b: string): number => {
  const [left, right] = [a, b].map((text) => text.match(/\d+|\D+/g) ?? []);
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at++) {
    const [x = '', y = ''] = [left?.[at], right?.[at]];
    const difference = /^\d/.test(x) && /^\d/.test(y) ? Number(x) - Number(y) : x < y ? -1 : Number(x > y);
    if (difference !== 0) return difference;
  }
  return 0;
};

const uniq = withOptions({ flags: 'cdui' }, function* (process, options) {
  let previous: string | undefined;
  let count = 0;
  const flush = function* (): Running<void> {
    if (previous === undefined || (options.has('d') && count < 2) || (options.has('u') && count > 1)) return;
    yield* process.print(`${options.has('c') ? `${String(count).padStart(7)} ` : ''}${previous}\n`);
  };
  const same = (a: string, b: string): boolean => (options.has('i') ? a.toLowerCase() === b.toLowerCase() : a === b);
  const status = yield* eachLine(process, options.operands.slice(0, 1), function* (line) {
    if (previous !== undefined && same(previous, line)) { count++; return; }
    yield* flush();
    previous = line;
    count = 1;
  });
  yield* flush();
  return status;
});

const base64 = withOptions({ flags: 'di', valued: 'w', long: { decode: 'd', wrap: 'w' } }, function* (process, options) {
  const text = yield* readInput(process, options.operands[0] ?? '-');
  if (text === undefined) return 1;
  if (options.has('d')) {
    const compact = text.replace(/\s/g, '');
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) { yield* process.complain('invalid input'); return 1; }
    yield* process.print(new TextDecoder().decode(Uint8Array.from(atob(compact), (character) => character.charCodeAt(0))));
    return 0;
  }
  const encoded = btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  const width = Number(options.value('w') ?? 76);
  yield* process.print(width > 0 ? `${(encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n')}\n` : encoded);
  return 0;
});

const xargs = withOptions({ flags: '0rt', valued: 'nIdLP', stopEarly: true }, function* (process, options) {
  const text = yield* process.readAll();
  const placeholder = options.value('I');
  const delimiter = options.value('d');
  const items = options.has('0')
    ? text.split('\0').filter(Boolean)
    : delimiter !== undefined
      ? text.replace(/\n$/, '').split(delimiter === '\\n' ? '\n' : delimiter)
      : placeholder !== undefined
        ? text.split('\n').filter((line) => line.trim() !== '')
        : [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare ?? '');
  const command = options.operands.length > 0 ? options.operands : ['echo'];
  if (items.length === 0 && (options.has('r') || placeholder !== undefined)) return 0;
  const size = placeholder !== undefined ? 1 : Number(options.value('n') ?? Infinity);
  let status = 0;
  for (let at = 0; at === 0 || at < items.length; at += size) {
    const group = items.slice(at, size === Infinity ? undefined : at + size);
    const argv = placeholder !== undefined ? command.map((word) => word.replaceAll(placeholder, group[0] ?? '')) : [...command, ...group];
    const child = startCommand(process, argv);
    if (!child) { yield* process.complain(`${argv[0] ?? ''}: No such file or directory`); return 127; }
    if ((yield* child.wait()) !== 0) status = 123;
    if (size === Infinity) break;
  }
  return status;
});

const nl = withOptions({ valued: 'b' }, function* (process, options) {
  let number = 0;
  return (
    yield *
    eachLine(process, options.operands, function* (line) {
      yield* process.print(line === '' && options.value('b') !== 'a' ? '       \n' : `${String(++number).padStart(6)}\t${line}\n`);
    })
  );
});

const rev: Program = function* (process) {
  return yield* eachLine(process, process.argv.slice(1), function* (line) { yield* process.print(`${[...line].toReversed().join('')}\n`); });
};

const tac: Program = function* (process) {
  const { lines, status } = yield* allLines(process, process.argv.slice(1));
  yield* process.print(lines.toReversed().map((line) => `${line}\n`).join(''));
  return status;
};

export const textPrograms: Programs = {
  ...grepPrograms, head, tail, wc, tr, cut, sort, uniq, base64, xargs, nl, rev, tac,
  nohup: (process) => runAs(process, process.argv.slice(1)),
};
