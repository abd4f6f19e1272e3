import { structuredPatch } from 'diff';

/** Beyond so many differing lines a diff says nothing to a reader, and costs time that a hostile text could choose. */
const maxEditedLines = 1000;

/**
 * The lines of a unified diff without file headers (`@@`, ` `, `-`, `+`), cut after `maxLines` with a count of the
 * rest; null when the texts differ too much for a diff to be of use.
 */
export function diffLines(before: string, after: string, maxLines: number): string[] | null {
  const patch = structuredPatch('', '', before, after, undefined, undefined, {
    context: 3,
    maxEditLength: maxEditedLines,
  });
  if (patch === undefined) return null;
  const lines = patch.hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines,
  ]);
  return cutLines(lines, maxLines);
}

export function cutLines(lines: readonly string[], max: number): string[] {
  if (lines.length <= max) return [...lines];
  return [...lines.slice(0, max), `… ${lines.length - max} more lines`];
}

export function countLines(text: string): number {
  if (text === '') return 0;
  const ends = text.split('\n').length;
  return text.endsWith('\n') ? ends - 1 : ends;
}
