import { createHash } from 'node:crypto';
import { diffArrays } from 'diff';

import { shorten } from '../view/printable-text.js';
import { diffLines } from '../view/text-diff.js';

/** How the lines of one device change. */
export interface LineChange {
  /** Equal for devices whose lines change in the same way. Their own names count as equal. */
  readonly way: string;
  /** Equal for devices whose changes affect the same keys, whatever the values. */
  readonly keys: string;
  /** Lines of a unified diff of the first device that changes in this way. */
  readonly diff: readonly string[];
}

export type LineComparer = (
  hostname: string,
  before: readonly string[],
  after: readonly string[],
) => LineChange;

/** If more lines differ, all of them count as changed. */
const maxEditedLines = 400;
const maxDiffLines = 200;
const maxLineLength = 400;

/** Returns one shared value for devices that change in the same way. It stores no texts except the diff. */
export function createLineComparer(): LineComparer {
  const known = new Map<string, LineChange>();
  return (hostname, before, after) => {
    const lines = changedLines(before, after).map((line) => line.replaceAll(hostname, '\0'));
    const way = digestOf(lines);
    const found = known.get(way);
    if (found !== undefined) return found;
    const change = { way, keys: digestOf(lines.map(keyOf)), diff: diffOf(before, after) };
    known.set(way, change);
    return change;
  };
}

function diffOf(before: readonly string[], after: readonly string[]): string[] {
  const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
  const diff = diffLines(textOf(before), textOf(after), maxDiffLines);
  return diff?.map((line) => shorten(line, maxLineLength)) ?? ['(too different to show as a diff)'];
}

/** `-line` and `+line` in order, without unchanged lines and without line numbers. */
function changedLines(before: readonly string[], after: readonly string[]): string[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const room = Math.min(before.length, after.length) - head;
  while (tail < room && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const old = before.slice(head, before.length - tail);
  const fresh = after.slice(head, after.length - tail);
  const parts = diffArrays(old, fresh, { maxEditLength: maxEditedLines });
  if (parts === undefined) return [...old.map((line) => `-${line}`), ...fresh.map((line) => `+${line}`)];
  return parts.flatMap(({ added, removed, value }) => {
    if (!added && !removed) return [];
    return value.map((line) => `${added ? '+' : '-'}${line}`);
  });
}

/** Returns `-  power_on:` for `-  power_on: snmpset 12`; for a line without a key, the line without its numbers. */
function keyOf(line: string): string {
  return /^.\s*(?:- )*[^\s:#][^:#]*:(?=\s|$)/.exec(line)?.[0] ?? line.replaceAll(/\d+/g, '0');
}

function digestOf(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
