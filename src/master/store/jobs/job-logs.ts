import type { Db, Tx } from '../open-store.js';

/** Appends lines to a job's log. The first one gets the index `firstIndex`; none of them may be stored yet. */
export async function insertLogLines(
  tx: Tx,
  jobId: number,
  firstIndex: number,
  lines: readonly string[],
): Promise<void> {
  await tx
    .insertInto('jobLogs')
    .values({ jobId, firstIndex, lineCount: lines.length, text: lines.map((line) => `${line}\n`).join('') })
    .execute();
}

const piecesAtOnce = 64;

/**
 * Reads the lines from `start` (counted from 0) up to, but not including, `end` of a job's log, in chunks, so that logs
 * of any length need bounded memory.
 */
export async function* readLogLines(
  db: Db,
  jobId: number,
  start: number,
  end: number,
): AsyncGenerator<readonly string[]> {
  let next = start;
  while (next < end) {
    const pieces = await db
      .selectFrom('jobLogs')
      .select(['firstIndex', 'lineCount', 'text'])
      .where('jobId', '=', jobId)
      .where('firstIndex', '<', end)
      .where((where) => where(where('firstIndex', '+', where.ref('lineCount')), '>', next))
      .orderBy('firstIndex')
      .limit(piecesAtOnce)
      .execute();
    if (pieces.length === 0) return;
    for (const piece of pieces) {
      const lines = piece.text.split('\n').slice(0, piece.lineCount);
      yield lines.slice(Math.max(0, next - piece.firstIndex), end - piece.firstIndex);
      next = piece.firstIndex + piece.lineCount;
    }
  }
}
