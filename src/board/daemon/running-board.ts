import { step } from '../machine.js';
import { newBoard, type BoardState } from '../state.js';
import type { BoardEvent, TimerName } from '../step.js';
import type { BoardCommand } from './command.js';
import { Throttle } from './throttle.js';

/**
 * How long a board that was switched on waits for a console before it prints anything. An executor opens the console and
 * switches the board on with two programs at almost the same time, and what is printed without a console is lost.
 */
const consoleWaitMs = 5000;
const consolePollMs = 50;

/** The board with a clock: timers become events, output goes to all current listeners. */
export class RunningBoard {
  readonly #hasConsole: () => boolean;
  #state: BoardState;
  readonly #timers = new Map<TimerName, NodeJS.Timeout>();
  readonly #throttle: Throttle;

  /** @param hasConsole whether anybody would see output */
  constructor(name: string, emit: (bytes: Buffer) => void, hasConsole: () => boolean) {
    this.#hasConsole = hasConsole;
    this.#state = newBoard(name);
    this.#throttle = new Throttle(emit);
  }

  /** What the console sends. */
  type(bytes: Buffer): void {
    this.#handle({ kind: 'input', text: bytes.toString('latin1') });
  }

  /** Returns what the board is doing, in one word. */
  command(command: BoardCommand): string {
    if (command.kind === 'baud') this.#throttle.setBaud(command.baud);
    else if (command.kind !== 'status') this.#handle(command);
    if (command.kind === 'fault' && command.fault.name === 'clear') this.#throttle.setBaud(0);
    return this.#state.phase.at;
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#throttle.stop();
  }

  #handle(event: BoardEvent): void {
    const result = step(this.#state, event, Date.now());
    this.#state = result.state;
    if (result.output !== '') this.#throttle.push(Buffer.from(result.output, 'latin1'));
    for (const timer of ['next', 'reboot'] as const) {
      const delayMs = result.timers[timer];
      if (delayMs === undefined) continue;
      clearTimeout(this.#timers.get(timer));
      this.#timers.delete(timer);
      if (delayMs === null) continue;
      if (timer === 'next' && event.kind === 'power') this.#startBoot(delayMs, performance.now());
      else this.#setTimer(timer, delayMs);
    }
  }

  #startBoot(delayMs: number, switchedOnMs: number): void {
    if (this.#hasConsole() || performance.now() - switchedOnMs >= consoleWaitMs) {
      this.#setTimer('next', delayMs);
      return;
    }
    const look = (): void => {
      this.#startBoot(delayMs, switchedOnMs);
    };
    this.#timers.set('next', setTimeout(look, consolePollMs));
  }

  #setTimer(timer: TimerName, delayMs: number): void {
    this.#timers.set(
      timer,
      setTimeout(() => {
        this.#timers.delete(timer);
        this.#handle({ kind: 'timer', timer });
      }, delayMs),
    );
  }
}
