import { describeSuspension, hasUntoldEnd, isSuspended, type Suspension } from '../../model/index.js';

/** Remarks for everybody who reads a plan: a suspension must not be forgotten, and its end is not silent. */
export function remarksOnSuspension(suspension: Suspension | null, now: Date): string[] {
  if (isSuspended(suspension, now))
    return [`suspended ${describeSuspension(suspension)}. Nothing is written to this master until then`];
  if (hasUntoldEnd(suspension, now))
    return [`was suspended ${describeSuspension(suspension)}. This has ended: the next apply writes again`];
  return [];
}
