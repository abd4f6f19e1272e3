import pc from 'picocolors';
import { isatty } from 'node:tty';

/** Standard output carries results alone, so that it can be piped; everything else goes to standard error. */
export function print(text: string): void {
  if (text === '') return;
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

export function printError(text: string): void {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Progress is for a person who watches; a pipe or a log does not get it. */
export function printProgress(text: string): void {
  if (isatty(2)) printError(text);
}

/** Colours for a person at a terminal who has not set NO_COLOR; a pipe gets plain text, also where CI is set. */
export const hasColor = isatty(1) && (process.env['NO_COLOR'] ?? '') === '';
export const colors = pc.createColors(hasColor);
