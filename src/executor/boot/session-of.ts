import type { ConsoleSession } from '../console/session.js';
import { JobFailure } from '../failure.js';
import type { NamespaceData } from '../pipeline/context.js';

/** The console of a namespace. Throws JobFailure (Job) when no boot made one. */
export function sessionOf(data: NamespaceData): ConsoleSession {
  if (data.session === undefined) {
    throw new JobFailure('Job', 'there is no console: a boot action must come before');
  }
  return data.session;
}
