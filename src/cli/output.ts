import pc from 'picocolors';
import { isatty } from 'node:tty';

import { printable } from '../diagnostics/index.js';
import type { Verdict } from '../plan/index.js';

let isPrinted = false;

/** Whether standard output contains anything. */
export function hasPrinted(): boolean {
  return isPrinted;
}

/** Standard output contains only results, so that it can be piped. Everything else goes to standard error. */
export function print(text: string): void {
  if (text === '') return;
  isPrinted = true;
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

export function printError(text: string): void {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Sets the exit code. The last line on standard error is the reason for each code but 0. */
export function exitWith({ code, why }: Verdict): void {
  if (code === 0) return;
  if (why !== null) printError(`exit code ${code}: ${printable(why)}`);
  process.exitCode = code;
}

/** Progress is for a person at a terminal. It is not printed to a pipe or a log. */
export function printProgress(text: string): void {
  if (isatty(2)) printError(text);
}

/** Color is for a terminal where NO_COLOR is not set. A pipe gets plain text, even if CI is set. */
export const hasColor = isatty(1) && (process.env['NO_COLOR'] ?? '') === '';
export const colors = pc.createColors(hasColor);
