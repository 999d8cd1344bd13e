import { Observable, Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { standardPrograms } from '../../src/containers/programs';
import { type CommandFrame, observableProgram } from '../../src/containers/shell/observable-program';
import { sessionOf } from './session-of';

describe('a session', () => {
  test('remembers directory, variables, functions, aliases and the last status from line to line', () => {
    const { run, session } = sessionOf();
    run('cd /tmp; x=1; export Y=2; greet() { echo "hello $1"; }; alias g=greet');
    expect(session.directory).toBe('/tmp');
    expect(run('pwd; echo $x; env | grep Y; g you; false').stdout).toBe('/tmp\n1\nY=2\nhello you\n');
    expect(run('echo $?').stdout).toBe('1\n');
    expect(session.variable('x')).toBe('1');
  });

  test('runs what needs no time although the clock stands still', () => {
    const { begin } = sessionOf();
    const { result } = begin('echo one | grep -c one; for i in 1 2 3; do printf "$i "; done; x=$(seq 100 | tail -1); echo $x');
    expect(result).toMatchObject({ stdout: '1\n1 2 3 100\n', code: 0 });
  });

  test('sleeps on the clock it was given', () => {
    const { begin, clock } = sessionOf();
    const { result } = begin('sleep 2; echo done');
    clock.advanceBy(1_999);
    expect(result.code).toBeUndefined();
    clock.advanceBy(1);
    expect(result).toMatchObject({ stdout: 'done\n', code: 0 });
  });

  test('a fault in one line does not end it', () => {
    const { run } = sessionOf();
    expect(run('echo ${nope?is missing}; echo after')).toMatchObject({ stderr: 'bash: nope: is missing\n', stdout: 'after\n' });
    expect(run('if true; then')).toMatchObject({ code: 2 });
    expect(run('nonsense')).toMatchObject({ code: 127, stderr: 'bash: nonsense: command not found\n' });
    expect(run('exit 4')).toMatchObject({ code: 4 });
    expect(run('echo still here')).toMatchObject({ stdout: 'still here\n', code: 0 });
  });

  test.each([
    ['sleep 1000', ''],
    ['while true; do sleep 1; done', ''],
    ['sleep 1000 | cat', ''],
    ['x=$(sleep 1000); echo no', ''],
    ['read line; echo no', ''],
    ['sleep 5 & wait; echo no', ''],
    ['yes | while read l; do sleep 1; done', ''],
    ['for i in 1 2 3; do echo $i; sleep 100; done; echo no', '1\n'],
  ])('Ctrl+C ends %s with 130 and leaves the session as it was', (line, printed) => {
    const { begin, clock, session, run } = sessionOf();
    run('kept=yes');
    const { result } = begin(line);
    clock.advanceBy(1_500);
    expect(result.code).toBeUndefined();
    session.interrupt();
    expect(result).toMatchObject({ code: 130, stdout: printed });
    expect(run('echo $? $kept').stdout).toBe('130 yes\n');
  });

  test('a background job outlives its line and Ctrl+C, and `wait` gives its status', () => {
    const { run, begin, clock, session } = sessionOf();
    expect(run('(sleep 60; exit 3) &')).toMatchObject({ code: 0, stderr: '[1] 101\n' });
    const foreground = begin('sleep 30').result;
    clock.advanceBy(1_000);
    session.interrupt();
    expect(foreground.code).toBe(130);
    expect(run('jobs').stdout).toContain('Running');
    expect(run('wait %1; echo $?').stdout).toBe('3\n');
  });

  test('unsubscribing is an interrupt', () => {
    const { begin, session } = sessionOf();
    const { subscription } = begin('sleep 1000');
    expect(session.running).toBe(true);
    subscription.unsubscribe();
    expect(session.running).toBe(false);
  });

  test('keys reach what reads them, Ctrl+D ends the input', () => {
    const { begin, session } = sessionOf();
    const { result } = begin('cat; echo end');
    session.input('hello\n');
    expect(result.stdout).toBe('hello\n');
    session.endInput();
    expect(result).toMatchObject({ stdout: 'hello\nend\n', code: 0 });
    const second = begin('read -r name; echo "hi $name"').result;
    session.input('you\n');
    expect(second.stdout).toBe('hi you\n');
  });

  test('an endless loop rests, so that it can be ended', () => {
    const { begin, clock, session } = sessionOf({ workPerTurn: 100 });
    const { result } = begin('while true; do :; done');
    clock.advanceBy(1_000);
    expect(result.code).toBeUndefined();
    session.interrupt();
    expect(result.code).toBe(130);
    expect(begin('yes > /dev/null').result.code).toBeUndefined();
  });

  test('knows what a whole command is', () => {
    const { session } = sessionOf();
    for (const text of ['echo', 'if true; then echo; fi', "echo 'a'", 'cat <<E\nx\nE\n', 'a && b', 'echo )']) expect(session.isComplete(text), text).toBe(true);
    for (const text of ['if true', 'if true; then', 'echo "a', "echo 'a", 'cat <<E\nx', 'a &&', 'a |', 'for i in 1; do', 'echo $(', 'f() {', 'echo \\'])
      expect(session.isComplete(text), text).toBe(false);
  });
});

describe('a command made of a stream', () => {
  const streaming = () => {
    const frames = new Subject<CommandFrame>();
    let stopped = 0;
    const watch = observableProgram(() => new Observable((subscriber) => {
      const subscription = frames.subscribe(subscriber);
      return () => { stopped++; subscription.unsubscribe(); };
    }));
    return { frames, stoppedTimes: () => stopped, ...sessionOf({ programs: { ...standardPrograms, watch } }) };
  };

  test('goes through pipes as it comes', () => {
    const { begin, frames } = streaming();
    const { result } = begin('watch | grep --line-buffered web | tr a-z A-Z');
    frames.next({ stream: 'stdout', text: 'web-1\ndb-1\n' });
    expect(result.stdout).toBe('WEB-1\n');
    frames.next({ stream: 'stdout', text: 'we' });
    frames.next({ stream: 'stdout', text: 'b-2\n' });
    frames.next({ stream: 'stderr', text: 'oops\n' });
    expect(result).toMatchObject({ stdout: 'WEB-1\nWEB-2\n', stderr: 'oops\n' });
    frames.next({ stream: 'exit', code: 0 });
    expect(result.code).toBe(0);
  });

  test('gives its exit status, and is unsubscribed when it is over', () => {
    const { begin, frames, stoppedTimes } = streaming();
    const { result } = begin('watch || echo failed $?');
    frames.next({ stream: 'exit', code: 3 });
    expect(result.stdout).toBe('failed 3\n');
    expect(stoppedTimes()).toBe(1);
  });

  test.each(['watch', 'watch | cat', 'x=$(watch)', '( watch )'])('Ctrl+C unsubscribes it: %s', (line) => {
    const { begin, session, stoppedTimes } = streaming();
    const { result } = begin(line);
    session.interrupt();
    expect(stoppedTimes()).toBe(1);
    expect(result.code).toBe(130);
  });

  test('a reader that has enough ends it at its next output', () => {
    const { begin, frames, stoppedTimes } = streaming();
    const { result } = begin('watch | head -1');
    frames.next({ stream: 'stdout', text: 'first\n' });
    frames.next({ stream: 'stdout', text: 'second\n' });
    expect(result).toMatchObject({ stdout: 'first\n', code: 0 });
    expect(stoppedTimes()).toBe(1);
  });
});
