import {
  fitterOf,
  type DriftMode,
  type DriftModeRule,
  type IgnoreRule,
  type ObjectKey,
} from '../model/index.js';
import { fileFieldOf, splitKey } from './kinds.js';

/** The mode for drift of a field; null: of the object itself (somebody removed it). */
export type FindMode = (key: ObjectKey, field: string | null) => DriftMode;

/** The last matching rule wins. If none matches, the master's mode applies. */
export function modesIn(settings: {
  readonly mode: DriftMode;
  readonly modes: readonly DriftModeRule[];
}): FindMode {
  const rules = settings.modes.map(({ path, mode }) => ({ mode, fits: fitterOf(path) })).reverse();
  return (key, field) => rules.find(({ fits }) => fits(key, field))?.mode ?? settings.mode;
}

/** Whether a field is ignored; null: whether the whole object is. */
export type FindIgnored = (key: ObjectKey, field: string | null) => boolean;

export function ignoredIn(rules: readonly IgnoreRule[]): FindIgnored {
  const fitters = rules.map(({ path }) => fitterOf(path));
  return (key, field) => {
    // A file consists of its only field.
    const one = field ?? fileFieldOf(splitKey(key).kind);
    return fitters.some((fits) => fits(key, one));
  };
}
