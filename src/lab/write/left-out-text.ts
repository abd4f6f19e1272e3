import { printable } from '../../diagnostics/index.js';
import type { LeftOut } from './left-out.js';

/** Fewer items with the same reason get a line each. */
const fewest = 5;
const mostNames = 10;

/**
 * Human-readable lines: what was left out, why, and where its text is. Many items of a kind with the same reason share
 * a line.
 */
export function describeLeftOut(leftOut: readonly LeftOut[]): string[] {
  const groups = new Map<string, LeftOut[]>();
  for (const one of leftOut) {
    const group = JSON.stringify([one.key.slice(0, one.key.indexOf('/')), one.field, one.why]);
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) =>
    group.length < fewest ? group.map(describeOne) : [describeMany(group)],
  );
}

function describeOne({ key, field, why, file, entries }: LeftOut): string {
  const kept = file === undefined ? '' : `; stored in ${file}`;
  const blamed = entries === undefined ? '' : `: ${entries.slice(0, mostNames).join(', ')}`;
  return printable(`${key}${field === null ? '' : ` (${field})`}: ${why}${blamed}${kept}`);
}

function describeMany(group: readonly LeftOut[]): string {
  const [first] = group;
  if (first === undefined) return '';
  const { key, field, why } = first;
  const kind = key.slice(0, key.indexOf('/'));
  const names = group.slice(0, mostNames).map((one) => one.key.slice(kind.length + 1));
  const more = group.length > names.length ? ` and ${group.length - names.length} more` : '';
  return printable(
    `${group.length} of ${kind}${field === null ? '' : ` (${field})`}: ${why}: ${names.join(', ')}${more}`,
  );
}

/** As a code block, in which text from the master cannot act as Markdown. */
export function leftOutText(leftOut: readonly LeftOut[]): string {
  return `# Not imported

These parts of the master are not in this lab. They are unchanged on the master, and lavaflow leaves them alone. You can fix the
texts that are stored here and move them to their place. lavaflow does not read this directory.

${leftOut.map((one) => `    ${describeOne(one)}\n`).join('')}`;
}
