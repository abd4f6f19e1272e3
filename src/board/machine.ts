import { continueBoot, startBoot } from './boot.js';
import { runBootloaderLine } from './bootloader.js';
import { editLine } from './line-editor.js';
import { runParts, runShellLine, shellPrompt } from './shell/run.js';
import { newBoard, noFaults, type BoardState } from './state.js';
import { andThen, same, type BoardEvent, type Fault, type Step } from './step.js';
import { bootloaderPrompt } from './texts.js';

/** The complete behaviour of the board: state and event in; state, serial output and timers out. No clock, no I/O. */
export function step(state: BoardState, event: BoardEvent, nowMs: number): Step {
  switch (event.kind) {
    case 'power':
      return power(state, event.action);
    case 'fault':
      return applyFault(state, event.fault);
    case 'timer':
      return event.timer === 'reboot' ? spontaneousReboot(state) : continueAfterTimer(state, nowMs);
    case 'input': {
      let result = same(state);
      for (const char of event.text) result = andThen(result, (current) => input(current, char, nowMs));
      return result;
    }
  }
}

function power(state: BoardState, action: 'on' | 'off' | 'reset'): Step {
  const isOff = state.phase.at === 'off';
  if (action === 'on' && !isOff) return same(state);
  if (action === 'off') {
    const off = { ...newBoard(state.name), faults: state.faults, noiseSeed: state.noiseSeed };
    return { state: off, output: '', timers: { next: null, reboot: null } };
  }
  return startBoot(state, newBoard(state.name));
}

function spontaneousReboot(state: BoardState): Step {
  return state.phase.at === 'off' ? same(state) : startBoot(state, newBoard(state.name));
}

function continueAfterTimer(state: BoardState, nowMs: number): Step {
  if (state.phase.at === 'busy') return runParts(state, state.phase.rest, nowMs);
  return continueBoot(state, nowMs, newBoard(state.name));
}

function applyFault(state: BoardState, fault: Fault): Step {
  const { faults } = state;
  switch (fault.name) {
    case 'clear':
      return { state: { ...state, faults: noFaults }, output: '', timers: { reboot: null } };
    case 'hang':
      return same({ ...state, faults: { ...faults, hangsInBoot: true } });
    case 'hang-shell':
      return same({ ...state, faults: { ...faults, hangsInShell: true } });
    case 'no-interrupt':
      return same({ ...state, faults: { ...faults, ignoresInterrupt: true } });
    case 'panic':
      return same({ ...state, faults: { ...faults, panics: true } });
    case 'no-login':
      return same({ ...state, faults: { ...faults, neverAsksLogin: true } });
    case 'reboot':
      return { state, output: '', timers: { reboot: fault.afterMs } };
    case 'garbage':
      return state.phase.at === 'off' ? same(state) : garbage(state, fault.bytes);
  }
}

/** Bytes of every value, from a linear congruential generator: reproducible noise. */
function garbage(state: BoardState, count: number): Step {
  let seed = state.noiseSeed;
  let output = '';
  for (let index = 0; index < count; index += 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    output += String.fromCharCode(seed >>> 24);
  }
  return { state: { ...state, noiseSeed: seed }, output, timers: {} };
}

function input(state: BoardState, char: string, nowMs: number): Step {
  const { phase, faults } = state;
  switch (phase.at) {
    case 'countdown':
      if (faults.ignoresInterrupt) return same(state);
      return {
        state: { ...state, phase: { at: 'bootloader' }, typed: '' },
        output: `\r\n${bootloaderPrompt}`,
        timers: { next: null },
      };
    case 'bootloader':
      return typeLine(state, char, bootloaderPrompt, (current, line) =>
        runBootloaderLine(current, line, nowMs, newBoard(state.name)),
      );
    case 'login':
      return typeLine(state, char, '\r\nboard login: ', logIn);
    case 'shell':
      if (faults.hangsInShell) return same(state);
      return typeLine(state, char, shellPrompt(state), (current, line) => runShellLine(current, line, nowMs));
    case 'busy':
      // ^C ends the running command and the rest of its line; other input is lost.
      if (char !== '\u0003') return same(state);
      return {
        state: { ...state, phase: { at: 'shell' }, shell: { ...state.shell, status: 130 } },
        output: `^C\r\n${shellPrompt(state)}`,
        timers: { next: null },
      };
    default:
      return same(state);
  }
}

function typeLine(
  state: BoardState,
  char: string,
  prompt: string,
  run: (state: BoardState, line: string) => Step,
): Step {
  const edited = editLine(state, char);
  const echoed: Step = { state: edited.state, output: edited.echo, timers: {} };
  const { done } = edited;
  if (done === undefined) return echoed;
  if ('interrupted' in done) return { ...echoed, output: echoed.output + prompt };
  return andThen(echoed, (current) => run(current, done.line));
}

/** root needs no password; nobody else can log in. */
function logIn(state: BoardState, line: string): Step {
  const user = line.trim();
  if (user === '') return { state, output: '\r\nboard login: ', timers: {} };
  if (user !== 'root') return { state, output: '\r\nLogin incorrect\r\nboard login: ', timers: {} };
  return { state: { ...state, phase: { at: 'shell' } }, output: shellPrompt(state), timers: {} };
}
