import { maskSecrets, type Finding } from '../diagnostics/index.js';
import type { ComparedFindings } from './review.js';

/** A finding that only moved to another line is not new. */
export function compareFindings(base: readonly Finding[], head: readonly Finding[]): ComparedFindings {
  const left = new Map<string, number>();
  for (const finding of base) left.set(keyOf(finding), (left.get(keyOf(finding)) ?? 0) + 1);
  const fresh: Finding[] = [];
  const existing: Finding[] = [];
  for (const finding of head) {
    const count = left.get(keyOf(finding)) ?? 0;
    if (count === 0) fresh.push(finding);
    else existing.push(finding);
    if (count > 0) left.set(keyOf(finding), count - 1);
  }
  return { new: fresh.map(masked), existing: existing.map(masked) };
}

/** A review is public, in every format. */
function masked({ message, hint, ...finding }: Finding): Finding {
  return {
    ...finding,
    message: maskSecrets(message),
    ...(hint === undefined ? {} : { hint: maskSecrets(hint) }),
  };
}

function keyOf({ code, severity, place, message }: Finding): string {
  return JSON.stringify([code, severity, place.file, message]);
}
