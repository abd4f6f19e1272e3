import { nearestKnownRelease, type ReleaseNumber } from '../../model/index.js';
import type { Keys } from './mapping.js';

/** Selects what one LAVA release has. */
export interface ReleaseGate {
  /** What LAVA has since `first`, otherwise `before`. */
  readonly since: <T>(first: ReleaseNumber, now: T, before: T) => T;
  /** Keys that LAVA accepts since `first`. */
  readonly keysSince: (first: ReleaseNumber, keys: Keys) => Keys;
  /** Keys that LAVA accepted before `first`. */
  readonly keysBefore: (first: ReleaseNumber, keys: Keys) => Keys;
}

function gateOf(release: ReleaseNumber): ReleaseGate {
  return {
    since: (first, now, before) => (release >= first ? now : before),
    keysSince: (first, keys) => (release >= first ? keys : {}),
    keysBefore: (first, keys) => (release < first ? keys : {}),
  };
}

/** Builds a value once per known release. */
export function perRelease<T>(build: (gate: ReleaseGate) => T): (release: ReleaseNumber) => T {
  const built = new Map<ReleaseNumber, T>();
  return (release) => {
    const known = nearestKnownRelease(release);
    let value = built.get(known);
    if (value === undefined) {
      value = build(gateOf(known));
      built.set(known, value);
    }
    return value;
  };
}
