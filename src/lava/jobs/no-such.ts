import { ExternalError } from '../../diagnostics/index.js';
import type { Connection } from '../session.js';

/** The error for a request about something that the master does not have. @param noun `job`, `device` */
export function noSuch({ http }: Connection, what: string, noun: string): ExternalError {
  return new ExternalError({ what, where: http.url, why: `the ${noun} does not exist`, retry: 'never' });
}
