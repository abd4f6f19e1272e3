import { startBoot, startingKernel, startKernel } from './boot.js';
import { variableIn, withVariable, type BoardState } from './state.js';
import type { Step } from './step.js';
import { bootloaderPrompt, ubootVersion } from './texts.js';

const help = [
  'boot    - boot default, i.e., run bootcmd',
  'booti   - boot Linux kernel image from memory',
  'bootm   - boot application image from memory',
  'bootz   - boot Linux zImage image from memory',
  'echo    - echo args to console',
  'help    - print command description/usage',
  'printenv- print environment variables',
  'reset   - perform RESET of the CPU',
  'run     - run commands in an environment variable',
  'setenv  - set environment variables',
  'version - print monitor version',
];

/** The limit for variables that run each other. */
const maxDepth = 16;

/** What the commands of one line may still do. Variables that run each other twice would need 2^16 commands. */
interface Budget {
  commands: number;
  characters: number;
}

function newBudget(): Budget {
  return { commands: 1000, characters: 1_000_000 };
}

/** A line at U-Boot's prompt. `;` separates commands, quotes protect text, `${name}` is an environment variable. */
export function runBootloaderLine(state: BoardState, line: string, nowMs: number, fresh: BoardState): Step {
  const step = runCommands(state, line, nowMs, fresh, 0, newBudget());
  return step.state.phase.at === 'bootloader' ? { ...step, output: step.output + bootloaderPrompt } : step;
}

function runCommands(
  state: BoardState,
  line: string,
  nowMs: number,
  fresh: BoardState,
  depth: number,
  budget: Budget,
): Step {
  let step: Step = { state, output: '', timers: {} };
  for (const words of splitCommands(line)) {
    if (step.state.phase.at !== 'bootloader' || budget.commands <= 0 || budget.characters <= 0) break;
    budget.commands -= 1;
    const expanded = words.map((word) => expand(word, step.state.bootEnvironment));
    const more = runCommand(step.state, expanded, nowMs, fresh, depth, budget);
    // What inner commands print is counted again by the outer ones, which are few.
    budget.characters -= more.output.length;
    step = {
      state: more.state,
      output: step.output + more.output,
      timers: { ...step.timers, ...more.timers },
    };
  }
  return step;
}

function runCommand(
  state: BoardState,
  [name = '', ...args]: readonly string[],
  nowMs: number,
  fresh: BoardState,
  depth: number,
  budget: Budget,
): Step {
  const environment = state.bootEnvironment;
  const [first = ''] = args;
  switch (name) {
    case '':
      return say(state, '');
    case 'help':
    case '?':
      return say(state, `${help.join('\r\n')}\r\n`);
    case 'version':
      return say(state, `${ubootVersion}\r\n`);
    case 'echo':
      return say(state, `${args.join(' ')}\r\n`);
    case 'printenv':
      return printEnvironment(state, args);
    case 'setenv': {
      if (first === '') return say(state, 'setenv - set environment variables\r\n');
      const others = Object.fromEntries(Object.entries(environment).filter(([known]) => known !== first));
      const value = args.slice(1).join(' ');
      return say(
        { ...state, bootEnvironment: value === '' ? others : withVariable(others, first, value) },
        '',
      );
    }
    case 'run': {
      const commands = variableIn(environment, first);
      if (commands === undefined) return say(state, `## Error: "${first}" not defined\r\n`);
      if (depth >= maxDepth) return say(state, '## Error: too many nested runs\r\n');
      return runCommands(state, commands, nowMs, fresh, depth + 1, budget);
    }
    case 'boot':
    case 'bootd':
      if (depth >= maxDepth) return say(state, '## Error: too many nested runs\r\n');
      return runCommands(state, environment['bootcmd'] ?? '', nowMs, fresh, depth + 1, budget);
    case 'bootz':
    case 'booti':
    case 'bootm': {
      const isAddress = /^(0x)?[0-9a-f]+$/i.test(first === '' ? (environment['kernel_addr_r'] ?? '') : first);
      if (!isAddress) return say(state, 'Bad Linux image magic!\r\n');
      const kernel = startKernel(state, nowMs);
      return { ...kernel, output: `Kernel image @ ${first}\r\n${startingKernel}${kernel.output}` };
    }
    case 'reset': {
      const reset = startBoot(state, fresh);
      return { ...reset, output: 'resetting ...\r\n' };
    }
    case 'dhcp':
    case 'tftp':
    case 'tftpboot':
      return say(state, 'No ethernet found.\r\n');
    default:
      return say(state, `Unknown command '${name}' - try 'help'\r\n`);
  }
}

function printEnvironment(state: BoardState, names: readonly string[]): Step {
  const environment = state.bootEnvironment;
  const wanted = names.length > 0 ? names : Object.keys(environment).sort();
  const lines = wanted.map((name) => {
    const value = variableIn(environment, name);
    return value === undefined ? `## Error: "${name}" not defined` : `${name}=${value}`;
  });
  return say(state, `${lines.join('\r\n')}\r\n`);
}

function say(state: BoardState, output: string): Step {
  return { state, output, timers: {} };
}

interface BootWord {
  readonly text: string;
  /** Single quotes keep `${name}` unexpanded, so that a variable can contain commands with variables. */
  readonly isLiteral: boolean;
}

function splitCommands(line: string): BootWord[][] {
  const commands: BootWord[][] = [[]];
  for (const [token, quoted, doubled] of line.matchAll(/'([^']*)'?|"([^"]*)"?|;|[^\s;'"]+/g)) {
    if (token === ';') commands.push([]);
    else commands.at(-1)?.push({ text: quoted ?? doubled ?? token, isLiteral: quoted !== undefined });
  }
  return commands;
}

function expand(word: BootWord, environment: Readonly<Record<string, string>>): string {
  if (word.isLiteral) return word.text;
  return word.text.replace(
    /\$\{(\w+)\}|\$(\w+)/g,
    (_, braced: string | undefined, bare: string | undefined) => {
      return variableIn(environment, braced ?? bare ?? '') ?? '';
    },
  );
}
