const minLines = 512;
const maxLines = 2 ** 30;

/**
 * Finds where the last 512 to 1024 lines of a log start. LAVA does not report the length of a log, so this asks for single
 * lines: first for lines that are further and further away, then for lines between the last one that exists and the first
 * one that does not.
 * @param hasLine whether the log has the line with this index, from 0
 */
export async function findLogTail(hasLine: (line: number) => Promise<boolean>): Promise<number> {
  let present = 0;
  let absent = minLines;
  while (absent < maxLines && (await hasLine(absent))) {
    present = absent;
    absent *= 4;
  }
  while (absent - present > minLines) {
    const middle = Math.floor((present + absent) / 2);
    if (await hasLine(middle)) present = middle;
    else absent = middle;
  }
  return Math.max(0, present - minLines);
}
