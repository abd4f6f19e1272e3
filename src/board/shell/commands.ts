import { withVariable, type BoardState, type ShellState } from '../state.js';
import { kernelLine, kernelMessages, kernelRelease, kernelVersion } from '../texts.js';
import { isDirectory, isFile, listNames, readText, resolvePath, uptimeSeconds } from './files.js';
import { evaluateTest } from './test-command.js';

/** What a command does: its output (lines end in `\n`), its status, and its other effects. */
export interface Ran {
  readonly output: string;
  readonly status: number;
  readonly shell?: Partial<ShellState>;
  readonly effect?:
    { readonly kind: 'sleep'; readonly ms: number } | { readonly kind: 'reboot' | 'poweroff' | 'exit' };
}

type Command = (args: readonly string[], state: BoardState, nowMs: number) => Ran;

const commands: Readonly<Record<string, Command>> = {
  ':': () => ok(),
  true: () => ok(),
  false: () => failed(1),
  echo: (args) => {
    const [first] = args;
    return first === '-n' ? ok(args.slice(1).join(' ')) : ok(`${args.join(' ')}\n`);
  },
  uname: (args) => uname(args),
  cat: (args, state, nowMs) => cat(args, state, nowMs),
  ls: (args, state) => ls(args, state),
  pwd: (_args, state) => ok(`${state.shell.directory}\n`),
  cd: (args, state) => {
    const path = resolvePath(state.shell.directory, args[0] ?? '/root');
    return isDirectory(path)
      ? { ...ok(), shell: { directory: path } }
      : failed(1, `sh: cd: can't cd to ${args[0] ?? ''}: No such file or directory\n`);
  },
  export: (args, state) => {
    let { variables } = state.shell;
    for (const arg of args) {
      const [name = '', ...rest] = arg.split('=');
      if (!isName(name)) return failed(1, `sh: export: ${name}: bad variable name\n`);
      if (arg.includes('=')) variables = withVariable(variables, name, rest.join('='));
    }
    return { ...ok(), shell: { variables } };
  },
  env: (_args, state) =>
    ok(
      Object.entries(state.shell.variables)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    ),
  date: (args, _state, nowMs) => {
    const now = new Date(nowMs);
    return ok(args[0] === '+%s' ? `${Math.floor(nowMs / 1000)}\n` : `${now.toUTCString()}\n`);
  },
  sleep: (args) => {
    const seconds = Number(args[0]);
    if (args[0] === undefined || !(seconds >= 0 && seconds < 86_400))
      return failed(1, `sleep: invalid number '${args[0] ?? ''}'\n`);
    return { ...ok(), effect: { kind: 'sleep', ms: seconds * 1000 } };
  },
  dmesg: (_args, state) =>
    ok(kernelMessages.map((_, index) => `${kernelLine(index, state.shell.kernelArguments)}\n`).join('')),
  hostname: (args, state) => {
    const [name] = args;
    return name === undefined ? ok(`${state.shell.hostname}\n`) : { ...ok(), shell: { hostname: name } };
  },
  uptime: (_args, state, nowMs) =>
    ok(` up ${uptimeSeconds(state, nowMs).toFixed(0)} seconds, load average: 0.00\n`),
  id: () => ok('uid=0(root) gid=0(root) groups=0(root)\n'),
  whoami: () => ok('root\n'),
  test: (args, state) => evaluate(args, state),
  '[': (args, state) =>
    args.at(-1) === ']' ? evaluate(args.slice(0, -1), state) : failed(2, 'sh: [: missing ]\n'),
  reboot: () => ({ ...ok(), effect: { kind: 'reboot' } }),
  poweroff: () => ({ ...ok(), effect: { kind: 'poweroff' } }),
  halt: () => ({ ...ok(), effect: { kind: 'poweroff' } }),
  exit: () => ({ ...ok(), effect: { kind: 'exit' } }),
  logout: () => ({ ...ok(), effect: { kind: 'exit' } }),
};

/** Runs one command; `NAME=value` words set variables of the shell. */
export function runCommand(words: readonly string[], state: BoardState, nowMs: number): Ran {
  const [name = '', ...args] = words;
  const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(name);
  if (assignment !== null && args.length === 0) {
    const [, variable = '', value = ''] = assignment;
    return { ...ok(), shell: { variables: withVariable(state.shell.variables, variable, value) } };
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return command === undefined ? failed(127, `sh: ${name}: not found\n`) : command(args, state, nowMs);
}

function ok(output = ''): Ran {
  return { output, status: 0 };
}

function failed(status: number, output = ''): Ran {
  return { output, status };
}

function isName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}

function uname(args: readonly string[]): Ran {
  const fields: Readonly<Record<string, string>> = {
    s: 'Linux',
    n: 'board',
    r: kernelRelease,
    v: kernelVersion,
    m: 'armv7l',
    o: 'GNU/Linux',
  };
  const letters = args.length === 0 ? 's' : args.join('').replaceAll('-', '');
  const wanted = letters.includes('a') ? 'snrvmo' : letters;
  const unknown = /[^snrvmo]/.exec(wanted)?.[0];
  if (unknown !== undefined) return failed(1, `uname: invalid option -- '${unknown}'\n`);
  const order = ['s', 'n', 'r', 'v', 'm', 'o'].filter((letter) => wanted.includes(letter));
  return ok(`${order.map((letter) => fields[letter]).join(' ')}\n`);
}

function cat(args: readonly string[], state: BoardState, nowMs: number): Ran {
  let output = '';
  let status = 0;
  for (const arg of args) {
    const path = resolvePath(state.shell.directory, arg);
    const text = readText(state, path, nowMs);
    if (text !== undefined) {
      output += text;
      continue;
    }
    status = 1;
    output += isDirectory(path)
      ? `cat: read error: Is a directory\n`
      : `cat: can't open '${arg}': No such file or directory\n`;
  }
  return { output, status };
}

function ls(args: readonly string[], state: BoardState): Ran {
  const paths = args.filter((arg) => !arg.startsWith('-'));
  let output = '';
  let status = 0;
  for (const arg of paths.length === 0 ? ['.'] : paths) {
    const path = resolvePath(state.shell.directory, arg);
    if (isFile(path)) output += `${arg}\n`;
    else if (isDirectory(path))
      output += listNames(path)
        .map((name) => `${name}\n`)
        .join('');
    else {
      status = 1;
      output += `ls: ${arg}: No such file or directory\n`;
    }
  }
  return { output, status };
}

function evaluate(args: readonly string[], state: BoardState): Ran {
  const result = evaluateTest(args, (path) => {
    const resolved = resolvePath(state.shell.directory, path);
    return isDirectory(resolved) ? 'directory' : isFile(resolved) ? 'file' : undefined;
  });
  return result === undefined ? failed(2, 'sh: test: syntax error\n') : failed(result ? 0 : 1);
}
