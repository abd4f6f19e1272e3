/** Standard output carries results alone, so that it can be piped; everything else goes to standard error. */
export function print(text: string): void {
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
  if (process.stderr.isTTY) printError(text);
}
