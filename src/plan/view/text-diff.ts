import { structuredPatch } from 'diff';

/** If more lines differ, a diff does not help a reader, and a hostile text could use it to cost time. */
const maxEditedLines = 1000;

/**
 * The lines of a unified diff without file headers (`@@`, ` `, `-`, `+`), truncated after `maxLines` with a count of
 * the rest; null if the texts differ too much for a diff to be useful.
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
