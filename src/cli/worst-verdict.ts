import type { Verdict } from '../plan/index.js';

/** The most severe code of several masters: failed, refused, an invalid lab, drift, changes that are not applied. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  const code =
    ([1, 4, 3, 5, 2] as const).find((one) => verdicts.some((verdict) => verdict.code === one)) ?? 0;
  const reasons = verdicts.flatMap((verdict) =>
    verdict.code === code && verdict.why !== null ? [verdict.why] : [],
  );
  return { code, why: reasons.length === 0 ? null : reasons.join('; ') };
}
