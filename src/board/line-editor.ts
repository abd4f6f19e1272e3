import type { BoardState } from './state.js';

/** A line being typed: what to echo, and the line once it is complete. */
export interface Edited {
  readonly state: BoardState;
  readonly echo: string;
  readonly done: { readonly line: string } | { readonly interrupted: true } | undefined;
}

/** The longest line that a terminal accepts. */
const maxLine = 4095;

/** One byte of input: backspace and ^U delete, ^C discards the line, return and line feed end it. */
export function editLine(state: BoardState, char: string): Edited {
  const wasCarriageReturn = state.wasCarriageReturn && char === '\n';
  const next = { ...state, wasCarriageReturn: char === '\r' };
  if (wasCarriageReturn) return { state: next, echo: '', done: undefined };
  switch (char) {
    case '\r':
    case '\n':
      return { state: { ...next, typed: '' }, echo: '\r\n', done: { line: state.typed } };
    case '\u0003':
      return { state: { ...next, typed: '' }, echo: '^C\r\n', done: { interrupted: true } };
    case '\b':
    case '\u007f':
      if (state.typed === '') return { state: next, echo: '', done: undefined };
      return { state: { ...next, typed: state.typed.slice(0, -1) }, echo: '\b \b', done: undefined };
    case '\u0015':
      return {
        state: { ...next, typed: '' },
        echo: '\b \b'.repeat(state.typed.length),
        done: undefined,
      };
    default:
      // Other control characters do nothing.
      if (char < ' ' || state.typed.length >= maxLine) return { state: next, echo: '', done: undefined };
      return { state: { ...next, typed: state.typed + char }, echo: char, done: undefined };
  }
}
