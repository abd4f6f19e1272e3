/** The bodies of LAVA's REST requests: what they must contain, and the messages for bodies that do not. */
import type { FastifySchemaValidationError } from 'fastify/types/schema.js';
import { deviceHealths, workerHealths } from '../../../model/index.js';
import { pathOf, problemOf } from '../../schemas/problem-of.js';
import { HttpProblem } from '../problem.js';

const object = { type: 'object', problem: 'The body must be a JSON object or a form.' } as const;

const definition = { type: 'string', minLength: 1, problem: 'Test job definition is required.' } as const;

export interface SubmissionBody {
  readonly definition: string;
  readonly strict?: unknown;
}

export const submissionBody = { ...object, required: ['definition'], properties: { definition } } as const;

export interface HealthBody<T extends string> {
  readonly health: T;
  readonly reason?: string | null;
}

function healthBody(words: readonly string[]) {
  const health = { wordOf: words, problem: `must be one of ${words.join(', ')}.` };
  const reason = { type: ['string', 'null'], problem: 'must be a string.' };
  return { ...object, required: ['health'], properties: { health, reason } } as const;
}

export const deviceHealthBody = healthBody(deviceHealths);
export const workerHealthBody = healthBody(workerHealths);

/** No request has as many fields. */
const mostFields = 100;

/**
 * Reads the body of a form. Of several fields of one name, the last one counts.
 * @throws HttpProblem 400 when it has too many fields
 */
export function readForm(body: string): Readonly<Record<string, string>> {
  if (body.split('&', mostFields + 1).length > mostFields) {
    throw new HttpProblem(400, `A form may have at most ${mostFields} fields.`);
  }
  return Object.fromEntries(new URLSearchParams(body));
}

/** The problem of a body that does not match its schema, in LAVA's format: `{"field": ["what is wrong"]}`. */
export function bodyProblem(errors: readonly FastifySchemaValidationError[]): HttpProblem {
  const [error] = errors;
  if (error === undefined) throw new Error('a body was rejected without a reason');
  const [field] = pathOf(error);
  const problem = problemOf(error);
  return field === undefined
    ? new HttpProblem(400, problem)
    : new HttpProblem(400, `${field} ${problem}`, { [field]: [problem] });
}
