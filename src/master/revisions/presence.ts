import type { Application } from './application.js';
import type { RequestedChange } from './request.js';

/** Whether a change may be made to what is there. A revision that comes again finds its own work. */
export function presenceProblem(
  application: Application,
  change: RequestedChange,
  exists: boolean,
): string | null {
  if (application.again) return null;
  if (change.verb === 'create' && exists) return 'it exists already';
  if (change.verb === 'adopt' || change.verb === 'create') return null;
  return exists ? null : 'it does not exist';
}

/** A field of a change that was checked to be of type `T`: the wanted value, or what the object has. */
export function wanted<T>(change: RequestedChange, field: string, present: T): T {
  const value = change.fields[field];
  return value === undefined ? present : (value as T);
}
