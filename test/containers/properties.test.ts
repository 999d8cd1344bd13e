import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCommand, decodeReply, encodeCommand, encodeReply, type RedisValue } from '../../src/containers/images/redis-protocol';
import { readArchive, writeArchive } from '../../src/containers/programs/tar';
import { splitFields } from '../../src/containers/shell/fields';
import { FileError, resolvePath } from '../../src/containers/shell/files';
import { BaseFiles, LayeredFiles } from '../../src/containers/shell/layered-files';
import { escapePattern, matches, removeMatch } from '../../src/containers/shell/pattern';
import { sessionOf } from './session-of';

const printable = fc.string({ unit: fc.constantFrom(...' abcXYZ09"\'\\$`*?[]{}()<>|&;!#~=%^,.:/-_\n\t'), maxLength: 20 });
const { run } = sessionOf();

describe('quoting', () => {
  test('what stands in single quotes comes out as it is', () => {
    fc.assert(fc.property(printable, (text) => {
      expect(run(`printf '[%s]' '${text.replaceAll("'", "'\\''")}'`).stdout).toBe(`[${text}]`);
    }));
  });

  test('what is escaped in double quotes comes out as it is', () => {
    fc.assert(fc.property(printable, (text) => {
      expect(run(`printf '[%s]' "${text.replace(/[\\"$`]/g, '\\$&')}"`).stdout).toBe(`[${text}]`);
    }));
  });

  test('a quoted variable and $(…) keep a text, but for the newlines at its end', () => {
    fc.assert(fc.property(printable, (text) => {
      run(`v='${text.replaceAll("'", "'\\''")}'`);
      expect(run('printf "[%s]" "$v"').stdout).toBe(`[${text}]`);
      expect(run('printf "[%s]" "$(printf %s "$v")"').stdout).toBe(`[${text.replace(/\n+$/, '')}]`);
    }));
  });

  test('an unquoted variable becomes its words', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\t', '\n'), maxLength: 12 }), (text) => {
      run(`v='${text}'`);
      expect(run('printf "[%s]" $v').stdout).toBe((text.match(/\S+/g) ?? ['']).map((word) => `[${word}]`).join(''));
    }));
  });

  test('with one separator that is no blank, fields split and join back', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ') }), { minLength: 1 }), (words) => {
      const fields = splitFields([{ kind: 'expanded', text: `${words.join(',')},` }], ',').map((field) => field.text);
      expect(fields).toEqual(words);
    }));
  });
});

describe('arithmetic', () => {
  type Tree = number | readonly [Tree, string, Tree];
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof({ depthSize: 'small' }, fc.nat(1_000), fc.tuple(tie('tree'), fc.constantFrom('+', '-', '*', '<', '==', '&', '|', '^', '&&', '||'), tie('tree'))),
  }));
  const text = (node: Tree): string => (typeof node === 'number' ? String(node) : `(${text(node[0])} ${node[1]} ${text(node[2])})`);
  const value = (node: Tree): bigint => {
    if (typeof node === 'number') return BigInt(node);
    const [a, b] = [value(node[0]), value(node[2])];
    const results: Record<string, bigint> = {
      '+': a + b,
      '-': a - b,
      '*': a * b,
      '<': BigInt(a < b),
      '==': BigInt(a === b),
      '&': a & b,
      '|': a | b,
      '^': a ^ b,
      '&&': BigInt(a !== 0n && b !== 0n),
      '||': BigInt(a !== 0n || b !== 0n),
    };
    return BigInt.asIntN(64, results[node[1]] ?? 0n);
  };
  test('is exact in 64 bits', () => {
    fc.assert(fc.property(tree, (node) => { expect(run(`echo $((${text(node)}))`).stdout).toBe(`${value(node)}\n`); }));
  });
});

describe('patterns', () => {
  test('an escaped text matches itself alone', () => {
    fc.assert(fc.property(printable, printable, (a, b) => { expect(matches(escapePattern(a), b)).toBe(a === b); }));
  });
  test('`#` and `%` take away what matches', () => {
    fc.assert(fc.property(printable, printable, (a, b) => {
      expect(removeMatch(a + b, escapePattern(a), 'beginning', false)).toBe(b);
      expect(removeMatch(a + b, escapePattern(b), 'end', true)).toBe(a);
      expect(removeMatch(a, '*', 'end', true)).toBe('');
      expect(removeMatch(a, '*', 'beginning', false)).toBe(a);
    }));
  });
});

test('a path is resolved once and for all', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', '/', '.', '..') }), (path) => {
    const resolved = resolvePath('/x/y', path);
    expect(resolvePath('/', resolved)).toBe(resolved);
    expect(resolved).toMatch(/^\/(?:[^/]+(?:\/[^/]+)*)?$/);
  }));
});

test('files over a base are files written from scratch', () => {
  const base = { '/a/x': '1', '/a/y': '2', '/b/': '' };
  const path = fc.constantFrom('/a', '/b', '/a/x', '/a/y', '/a/z', '/b/x', '/c', '/c/x');
  const step = fc.oneof(
    fc.record({ kind: fc.constant('write' as const), path, text: fc.constantFrom('p', 'q') }),
    fc.record({ kind: fc.constant('remove' as const), path }),
    fc.record({ kind: fc.constant('mkdir' as const), path }),
  );
  fc.assert(fc.property(fc.array(step), (steps) => {
    const layered = new LayeredFiles(new BaseFiles(base), () => 0);
    const scratch = new LayeredFiles(new BaseFiles({}), () => 0);
    for (const directory of ['/a', '/b']) scratch.makeDirectory(directory);
    scratch.write('/a/x', '1');
    scratch.write('/a/y', '2');
    const apply = (files: LayeredFiles, each: (typeof steps)[number]): string => {
      try {
        if (each.kind === 'write') files.write(each.path, each.text);
        else if (each.kind === 'remove') files.remove(each.path);
        else files.makeDirectory(each.path);
        return 'done';
      } catch (error) {
        if (error instanceof FileError) return error.code;
        throw error;
      }
    };
    for (const each of steps) expect(apply(layered, each)).toBe(apply(scratch, each));
    const content = (files: LayeredFiles, directory: string): unknown => files.list(directory).map((name) => {
      const full = directory === '/' ? `/${name}` : `${directory}/${name}`;
      return files.stat(full)?.type === 'directory' ? [name, content(files, full)] : [name, files.read(full)];
    });
    expect(content(layered, '/')).toEqual(content(scratch, '/'));
  }));
});

describe('formats', () => {
  const value: fc.Arbitrary<RedisValue> = fc.letrec<{ value: RedisValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.integer(),
      fc.string(),
      fc.constant(null),
      fc.constant({ ok: 'OK' }),
      fc.constant({ error: 'ERR no' }),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  })).value;
  test('a redis reply comes back from the wire', () => fc.assert(fc.property(value, (reply) => { expect(decodeReply(encodeReply(reply))).toEqual(reply); })));
  test("so do a command's words", () =>
    fc.assert(
      fc.property(fc.array(printable, { minLength: 1 }), (words) => {
        expect(decodeCommand(encodeCommand(words))).toEqual(words);
      }),
    ));
  test('so does a tar archive', () => {
    const entry = fc.record({
      name: fc.stringMatching(/^[a-z]{1,20}(?:\/[a-z]{1,20})?$/),
      content: fc.string({ unit: 'grapheme', maxLength: 2_000 }),
      mode: fc.constantFrom(0o644, 0o755),
      modifiedAt: fc.constant(1_000_000),
    });
    fc.assert(fc.property(fc.array(entry), (entries) => { expect(readArchive(writeArchive(entries))).toEqual(entries); }));
  });
});
