import { runScript } from '../boot.js';
import { variableIn, type BoardState, type ShellPart } from '../state.js';
import type { Step } from '../step.js';
import { runCommand } from './commands.js';
import { expandWord, parseLine } from './parse.js';

/** The prompt, with the directory as a shell shows it. */
export function shellPrompt(state: BoardState): string {
  const { directory } = state.shell;
  return `root@board:${directory === '/root' ? '~' : directory}# `;
}

/** A line at the shell's prompt. */
export function runShellLine(state: BoardState, line: string, nowMs: number): Step {
  const parsed = parseLine(line);
  if (parsed.ok) return runParts(state, parsed.parts, nowMs);
  const failed = { ...state, shell: { ...state.shell, status: 2 } };
  return {
    state: failed,
    output: `sh: syntax error: ${parsed.message}\r\n${shellPrompt(failed)}`,
    timers: {},
  };
}

/** Runs the rest of a line; a command that takes time delays what follows it. */
export function runParts(given: BoardState, parts: readonly ShellPart[], nowMs: number): Step {
  let state: BoardState = { ...given, phase: { at: 'shell' } };
  let output = '';
  for (const [index, part] of parts.entries()) {
    const { status } = state.shell;
    if ((part.when === 'passed' && status !== 0) || (part.when === 'failed' && status === 0)) continue;
    const words = part.words.map((word) => expandWord(word, (name) => valueOf(state, name)));
    const ran = runCommand(words, state, nowMs);
    output += ran.output.replaceAll('\n', '\r\n');
    state = { ...state, shell: { ...state.shell, ...ran.shell, status: ran.status } };
    if (ran.effect === undefined) continue;
    switch (ran.effect.kind) {
      case 'sleep':
        return {
          state: { ...state, phase: { at: 'busy', rest: parts.slice(index + 1) } },
          output,
          timers: { next: ran.effect.ms },
        };
      case 'reboot':
      case 'poweroff':
        return goDown(state, ran.effect.kind, output);
      case 'exit':
        return {
          state: { ...state, phase: { at: 'login' } },
          output: `${output}\r\nboard login: `,
          timers: {},
        };
    }
  }
  return { state, output: output + shellPrompt(state), timers: {} };
}

function goDown(state: BoardState, how: 'reboot' | 'poweroff', output: string): Step {
  const isReboot = how === 'reboot';
  const step = runScript(
    state,
    [
      { afterMs: 5, text: `The system is going down for ${isReboot ? 'reboot' : 'power-off'} NOW!\r\n` },
      { afterMs: 50, text: 'Stopping network: OK\r\nStopping syslogd: OK\r\n' },
      {
        afterMs: 50,
        text: isReboot
          ? '[   12.110231] reboot: Restarting system\r\n'
          : '[   12.110231] reboot: Power down\r\n',
      },
    ],
    isReboot ? 'reboot' : 'off',
  );
  return { ...step, output };
}

function valueOf(state: BoardState, name: string): string {
  return name === '?' ? String(state.shell.status) : (variableIn(state.shell.variables, name) ?? '');
}
