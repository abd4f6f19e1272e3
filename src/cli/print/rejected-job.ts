import type { RejectedJob } from '../../app/jobs/index.js';
import { printable } from '../../diagnostics/index.js';

/** Formats why a master rejects a job: one line per problem, with its hint. */
export function formatRejectedJob({
  what,
  where,
  lines,
}: Pick<RejectedJob, 'what' | 'where' | 'lines'>): string {
  const head = `error: cannot ${what} (${printable(where)}): the master rejects it:`;
  return [head, ...lines.map((line) => `  ${printable(line)}`)].join('\n');
}
