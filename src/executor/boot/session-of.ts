import type { ConsoleSession } from '../console/session.js';
import { JobFailure } from '../failure.js';
import type { NamespaceData } from '../pipeline/context.js';

/**
 * Returns the console of a namespace.
 * @throws JobFailure (Job) when no boot has opened one
 */
export function sessionOf(data: NamespaceData): ConsoleSession {
  if (data.session === undefined) {
    throw new JobFailure('Job', 'no console: a boot action must come first');
  }
  return data.session;
}
