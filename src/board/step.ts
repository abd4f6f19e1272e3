import type { BoardState } from './state.js';

/** An event of a board. */
export type BoardEvent =
  | { readonly kind: 'power'; readonly action: 'on' | 'off' | 'reset' }
  | { readonly kind: 'fault'; readonly fault: Fault }
  /** Bytes that arrive on the serial line, as Latin-1 text. */
  | { readonly kind: 'input'; readonly text: string }
  | { readonly kind: 'timer'; readonly timer: TimerName };

export type Fault =
  | { readonly name: 'clear' }
  | { readonly name: 'hang' }
  | { readonly name: 'hang-shell' }
  | { readonly name: 'no-interrupt' }
  | { readonly name: 'panic' }
  | { readonly name: 'no-login' }
  | { readonly name: 'reboot'; readonly afterMs: number }
  | { readonly name: 'garbage'; readonly bytes: number };

/** `next`: what the board does by itself. `reboot`: the spontaneous one. Setting a timer again restarts it. */
export type TimerName = 'next' | 'reboot';

/** The result of an event: the new state, bytes for the serial line (Latin-1), timers to set, or (null) to stop. */
export interface Step {
  readonly state: BoardState;
  readonly output: string;
  readonly timers: Readonly<Partial<Record<TimerName, number | null>>>;
}

export function same(state: BoardState): Step {
  return { state, output: '', timers: {} };
}

/** Applies `second` to the state after `first`. */
export function andThen(first: Step, second: (state: BoardState) => Step): Step {
  const more = second(first.state);
  return {
    state: more.state,
    output: first.output + more.output,
    timers: { ...first.timers, ...more.timers },
  };
}
