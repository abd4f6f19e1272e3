import { printable } from '../../diagnostics/index.js';
import type { LeftOut } from './left-out.js';

/** One line for people: what, why, and where its text is. */
export function describeLeftOut({ key, field, why, file }: LeftOut): string {
  const what = field === null ? key : `${key} (${field})`;
  return printable(`${what}: ${why}${file === undefined ? '' : `; kept in ${file}`}`);
}

/** As a code block, in which nothing that a master says is Markdown. */
export function leftOutText(leftOut: readonly LeftOut[]): string {
  return `# Not imported

These parts of the master are not in this lab. They are as they were on the master, and lavaflow leaves them alone. Texts that
are kept here can be mended and moved to their place; lavaflow does not read this directory.

${leftOut.map((one) => `    ${describeLeftOut(one)}\n`).join('')}`;
}
