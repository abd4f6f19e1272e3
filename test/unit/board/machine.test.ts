import { describe, expect, it } from 'vitest';
import { step } from '../../../src/board/machine.js';
import { newBoard, type BoardState } from '../../../src/board/state.js';
import type { BoardEvent, Fault } from '../../../src/board/step.js';

/** Drives the pure board: runs its own timers at once, collects its output. */
class Bench {
  state: BoardState = newBoard('b');
  output = '';
  nowMs = 1_000_000;
  #nextMs: number | null = null;
  rebootMs: number | null = null;

  send(event: BoardEvent): this {
    const result = step(this.state, event, this.nowMs);
    this.state = result.state;
    this.output += result.output;
    if (result.timers.next !== undefined) this.#nextMs = result.timers.next;
    if (result.timers.reboot !== undefined) this.rebootMs = result.timers.reboot;
    return this;
  }

  /** Lets time pass until the text is there, or nothing more comes. */
  runTo(text: string): this {
    for (let guard = 0; guard < 200 && !this.output.includes(text) && this.#nextMs !== null; guard += 1) {
      this.nowMs += this.#nextMs;
      this.#nextMs = null;
      this.send({ kind: 'timer', timer: 'next' });
    }
    return this;
  }

  power(action: 'on' | 'off' | 'reset'): this {
    return this.send({ kind: 'power', action });
  }
  fault(fault: Fault): this {
    return this.send({ kind: 'fault', fault });
  }
  /** Types, and gives what was printed in answer. */
  type(text: string): string {
    const before = this.output.length;
    this.send({ kind: 'input', text });
    return this.output.slice(before);
  }

  bootloader(): this {
    this.power('on').runTo('autoboot').send({ kind: 'input', text: ' ' });
    return this;
  }
  shell(): this {
    this.power('on').runTo('board login: ').send({ kind: 'input', text: 'root\n' });
    return this;
  }
  /** The output of a command in the shell, without its echo and the prompt. */
  run(line: string): string {
    const answer = this.type(`${line}\r`);
    return answer
      .slice(line.length + 2)
      .replace(/root@board:[^#]*# $/, '')
      .replaceAll('\r\n', '\n');
  }
}

describe('power', () => {
  it('off: says nothing, whatever is typed', () => {
    expect(new Bench().type('hello\n')).toBe('');
  });

  it('on: SPL, U-Boot, a countdown, the kernel, a login', () => {
    const { output, state } = new Bench().power('on').runTo('board login: ');
    const places = [
      'U-Boot SPL',
      'U-Boot 2024',
      'Hit any key to stop autoboot:  2 ',
      'Starting kernel ...',
      'Linux version',
      'board login: ',
    ];
    const found = places.map((place) => output.indexOf(place));
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(found).not.toContain(-1);
    expect(state.phase.at).toBe('login');
  });

  it('off and on again forgets what was set', () => {
    const bench = new Bench().bootloader();
    bench.type('setenv x 1\n');
    bench.power('off');
    bench.output = '';
    bench.power('on').runTo('autoboot');
    bench.type(' ');
    expect(bench.type('printenv x\n')).toContain('not defined');
  });

  it('on does nothing to a board that is on; reset does', () => {
    const bench = new Bench().shell();
    const before = bench.output;
    expect(bench.power('on').output).toBe(before);
    expect(bench.power('reset').runTo('U-Boot SPL').state.phase.at).not.toBe('shell');
  });
});

describe('the bootloader', () => {
  it('is reached by any byte during the countdown', () => {
    expect(new Bench().bootloader().output.endsWith('=> ')).toBe(true);
  });

  it.each([
    ['version', 'U-Boot 2024.01'],
    ['echo a ${baudrate} b', 'a 115200 b'],
    ["setenv x 'echo ${bootdelay}'; run x", '\r\n2\r\n'],
    ['printenv bootdelay', 'bootdelay=2'],
    ['nonsense', "Unknown command 'nonsense' - try 'help'"],
    ['bootz zzz', 'Bad Linux image magic!'],
    ['tftp 0x1 file', 'No ethernet found.'],
    ['setenv a run b; setenv b run a; run a', 'too many nested runs'],
  ])('%s', (line, expected) => {
    const answer = new Bench().bootloader().type(`${line}\n`);
    expect(answer).toContain(expected);
    expect(answer.endsWith('=> ')).toBe(true);
  });

  it('boots with the arguments that were set', () => {
    const bench = new Bench().bootloader();
    bench.type('setenv bootargs quiet root=/dev/x\n');
    expect(bench.type('boot\n')).toContain('Starting kernel ...');
    bench.runTo('board login: ').send({ kind: 'input', text: 'root\n' });
    expect(bench.run('cat /proc/cmdline')).toBe('quiet root=/dev/x\n');
  });

  it('edits lines: backspace, ^C, carriage return with line feed', () => {
    const bench = new Bench().bootloader();
    expect(bench.type('echx\bo y\r\n')).toBe('echx\b \bo y\r\ny\r\n=> ');
    expect(bench.type('boo\u0003')).toBe('boo^C\r\n=> ');
  });
});

describe('the login', () => {
  it('lets root in without a password, and nobody else', () => {
    const bench = new Bench().power('on').runTo('board login: ');
    expect(bench.type('bob\n')).toContain('Login incorrect');
    expect(bench.type('root\n')).toBe('root\r\nroot@board:~# ');
  });
});

describe('the shell', () => {
  it.each([
    ['echo a   "b  c" \'$HOME\' $HOME', 'a b  c $HOME /root\n'],
    ['false; echo $?', '1\n'],
    ['true && echo yes || echo no', 'yes\n'],
    ['false && echo yes || echo no', 'no\n'],
    ['X=1; echo ${X}2 "$X"', '12 1\n'],
    ['export A=b; env', 'HOME=/root\nPATH=/bin:/sbin\nUSER=root\nSHELL=/bin/sh\nA=b\n'],
    ['cd /etc; pwd; ls', '/etc\nhostname\nos-release\n'],
    ['cd /nowhere || echo stays', "sh: cd: can't cd to /nowhere: No such file or directory\nstays\n"],
    ['cat /etc/hostname /nope; echo $?', "board\ncat: can't open '/nope': No such file or directory\n1\n"],
    ['uname -sr', 'Linux 6.6.30-lavaflow\n'],
    ['[ 2 -gt 1 ] && test -f /etc/hostname && test ! -e /x && echo ok', 'ok\n'],
    ['nope', 'sh: nope: not found\n'],
    ['echo a | cat', 'sh: syntax error: "|" is not known to this small shell\n'],
    ['echo "a', 'sh: syntax error: unterminated quoted string\n'],
    ['# nothing', ''],
    ['echo "<A""B $? \\"q\\">"', '<AB 0 "q">\n'],
  ])('%s', (line, expected) => {
    expect(new Bench().shell().run(line)).toBe(expected);
  });

  it('sleeps, and ^C ends it with the rest of the line', () => {
    const bench = new Bench().shell();
    bench.type('sleep 5; echo slept\n');
    expect(bench.state.phase.at).toBe('busy');
    expect(bench.type('\u0003')).toBe('^C\r\nroot@board:~# ');
    expect(bench.run('echo $?')).toBe('130\n');
    bench.type('sleep 5; echo slept\n');
    expect(bench.runTo('\r\nslept').output).toContain('\r\nslept\r\nroot@board:~# ');
  });

  it('reboots, powers off and logs out', () => {
    const bench = new Bench().shell();
    expect(bench.type('exit\n')).toContain('board login: ');
    bench.type('root\n');
    bench.output = '';
    bench.type('reboot\n');
    expect(bench.runTo('autoboot').output).toContain('Restarting system');
    bench.runTo('board login: ').type('root\n');
    bench.type('poweroff\n');
    expect(bench.runTo('never').state.phase.at).toBe('off');
  });

  it('takes no line longer than a terminal does', () => {
    const bench = new Bench().shell();
    bench.type('x'.repeat(100_000));
    expect(bench.state.typed.length).toBe(4095);
  });
});

describe('faults', () => {
  it('hang: stops in the kernel log, until it is cleared and reset', () => {
    const bench = new Bench().fault({ name: 'hang' }).power('on').runTo('board login: ');
    expect(bench.state.phase.at).toBe('hung');
    expect(bench.type('x\n')).toBe('');
    bench.fault({ name: 'clear' }).power('reset').runTo('board login: ');
    expect(bench.state.phase.at).toBe('login');
  });

  it('hang-shell: nothing is answered, until the next reset', () => {
    const bench = new Bench().shell().fault({ name: 'hang-shell' });
    expect(bench.type('echo a\n')).toBe('');
    expect(bench.power('reset').runTo('board login: ').state.faults.hangsInShell).toBe(false);
  });

  it('no-interrupt: the countdown goes on', () => {
    const bench = new Bench().fault({ name: 'no-interrupt' }).power('on').runTo('autoboot');
    bench.type('   ');
    expect(bench.runTo('board login: ').state.phase.at).toBe('login');
  });

  it('panic: with its end, and nothing after it', () => {
    const bench = new Bench().fault({ name: 'panic' }).power('on').runTo('never');
    expect(bench.output).toMatch(/Kernel panic - not syncing[\s\S]*end Kernel panic/);
    expect(bench.state.phase.at).toBe('hung');
  });

  it('no-login: the system comes up and asks nothing', () => {
    const bench = new Bench().fault({ name: 'no-login' }).power('on').runTo('never');
    expect(bench.output).toContain('Welcome');
    expect(bench.output).not.toContain('login:');
  });

  it('reboot: by itself, from anywhere', () => {
    const bench = new Bench().shell().fault({ name: 'reboot', afterMs: 50 });
    expect(bench.rebootMs).toBe(50);
    bench.output = '';
    bench.send({ kind: 'timer', timer: 'reboot' });
    expect(bench.runTo('autoboot').output).toContain('U-Boot SPL');
  });

  it('garbage: the same noise in every run, and no power, no noise', () => {
    const noise = () => new Bench().power('on').fault({ name: 'garbage', bytes: 100 }).output;
    expect(noise()).toBe(noise());
    expect(noise()).toHaveLength(100);
    expect(new Bench().fault({ name: 'garbage', bytes: 100 }).output).toBe('');
  });
});
