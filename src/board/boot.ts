import { freshShell, type BoardState, type ScriptLine } from './state.js';
import { same, type Step } from './step.js';
import { bootloaderScript, interruptPrompt, kernelScript, panicScript, userlandScript } from './texts.js';

/** Power-on or reset: everything typed and set is lost, including U-Boot's environment, which is never saved. */
export function startBoot(state: BoardState, fresh: BoardState): Step {
  const next: BoardState = {
    ...fresh,
    name: state.name,
    noiseSeed: state.noiseSeed,
    // A reset ends a hanging shell; the other faults stay until they are cleared.
    faults: { ...state.faults, hangsInShell: false },
  };
  return runScript(next, bootloaderScript, 'countdown');
}

/** The kernel takes over, with U-Boot's `bootargs` as its command line. */
export function startKernel(state: BoardState, nowMs: number): Step {
  const kernelArguments = state.bootEnvironment['bootargs'] ?? 'console=ttyS0,115200 root=/dev/mmcblk0p2 ro';
  const next: BoardState = {
    ...state,
    typed: '',
    kernelStartMs: nowMs,
    shell: { ...freshShell, kernelArguments },
  };
  const kernel = kernelScript(kernelArguments);
  const { faults } = state;
  if (faults.hangsInBoot) return runScript(next, kernel.slice(0, kernel.length / 2), 'hung');
  if (faults.panics) return runScript(next, [...kernel.slice(0, -3), ...panicScript], 'hung');
  if (faults.neverAsksLogin) return runScript(next, [...kernel, ...userlandScript], 'hung');
  return runScript(next, [...kernel, ...userlandScript], 'login');
}

/** Prints lines at their times, driven by the timer `next`. */
export function runScript(
  state: BoardState,
  lines: readonly ScriptLine[],
  next: Extract<BoardState['phase'], { at: 'script' }>['next'],
): Step {
  const [first] = lines;
  return {
    state: { ...state, phase: { at: 'script', lines, next } },
    output: '',
    timers: { next: first?.afterMs ?? 0 },
  };
}

/** The timer of a script, the countdown or a sleeping command has expired. */
export function continueBoot(state: BoardState, nowMs: number, fresh: BoardState): Step {
  const { phase } = state;
  if (phase.at === 'script') {
    const [line, ...rest] = phase.lines;
    if (line === undefined) return afterScript(state, phase.next, fresh);
    if (rest.length === 0) {
      const ended = afterScript(state, phase.next, fresh);
      return { ...ended, output: line.text + ended.output };
    }
    return { ...runScript(state, rest, phase.next), output: line.text };
  }
  if (phase.at === 'countdown') {
    if (phase.secondsLeft <= 1) {
      const kernel = startKernel(state, nowMs);
      return { ...kernel, output: `\b\b\b 0 \r\n${startingKernel}${kernel.output}` };
    }
    return countDown(state, phase.secondsLeft - 1, `\b\b\b ${phase.secondsLeft - 1} `);
  }
  return same(state);
}

export const startingKernel =
  '## Flattened Device Tree blob at 88000000\r\n   Loading Device Tree to 9ffe4000, end 9ffff0ac ... OK\r\n\r\nStarting kernel ...\r\n\r\n';

function afterScript(
  state: BoardState,
  next: Extract<BoardState['phase'], { at: 'script' }>['next'],
  fresh: BoardState,
): Step {
  switch (next) {
    case 'countdown': {
      const seconds = Number(state.bootEnvironment['bootdelay'] ?? '2');
      return countDown(state, seconds, `${interruptPrompt} ${seconds} `);
    }
    case 'login':
      return { state: { ...state, phase: { at: 'login' } }, output: '\r\nboard login: ', timers: {} };
    case 'hung':
      return same({ ...state, phase: { at: 'hung' } });
    case 'reboot':
      return startBoot(state, fresh);
    case 'off':
      return same({ ...fresh, name: state.name, faults: state.faults, noiseSeed: state.noiseSeed });
  }
}

function countDown(state: BoardState, secondsLeft: number, output: string): Step {
  return { state: { ...state, phase: { at: 'countdown', secondsLeft } }, output, timers: { next: 1000 } };
}
