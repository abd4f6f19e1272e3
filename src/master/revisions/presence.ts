import type { Application } from './application.js';
import type { RequestedChange } from './request.js';

/**
 * Checks whether the object of a change exists if it must, or does not. When a revision is sent again, its objects
 * already exist.
 */
export function presenceProblem(
  application: Application,
  change: RequestedChange,
  exists: boolean,
): string | null {
  if (application.again) return null;
  if (change.verb === 'create' && exists) return 'it already exists';
  if (change.verb === 'adopt' || change.verb === 'create') return null;
  return exists ? null : 'it does not exist';
}

/** Returns the value of a field: the new value, already validated to be a `T`, or the current one. */
export function wanted<T>(change: RequestedChange, field: string, present: T): T {
  const value = change.fields[field];
  return value === undefined ? present : (value as T);
}
