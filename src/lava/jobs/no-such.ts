import { ExternalError } from '../../diagnostics/index.js';
import type { Connection } from '../session.js';

/** The answer to a request about something that the master does not have. @param noun `job`, `device` */
export function noSuch({ http }: Connection, what: string, noun: string): ExternalError {
  return new ExternalError({ what, where: http.url, why: `there is no such ${noun}`, retry: 'never' });
}
