import type { FastifyRequest } from 'fastify';
import { HttpProblem, notFound } from '../problem.js';

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export function queryOf(request: FastifyRequest): Query {
  return request.query as Query;
}

/** One value of a query string; the last one if there are several. */
export function parameter(query: Query, name: string): string | undefined {
  const value = Object.hasOwn(query, name) ? query[name] : undefined;
  return typeof value === 'string' ? value : value?.at(-1);
}

/**
 * Reads a parameter that must be one of LAVA's words, in upper or lower case.
 * @throws HttpProblem 400 when it is not; the message lists the words
 */
export function word<T extends string>(query: Query, name: string, words: readonly T[]): T | undefined {
  const text = parameter(query, name);
  if (text === undefined) return undefined;
  const found = words.find((item) => item.toLowerCase() === text.toLowerCase());
  if (found === undefined) throw new HttpProblem(400, `${name} must be one of ${words.join(', ')}.`);
  return found;
}

/**
 * Reads the number of a log line, from 0; null if the parameter is missing.
 * @throws HttpProblem 400 when it is not a line number
 */
export function lineNumber(query: Query, name: string): number | null {
  const text = parameter(query, name);
  if (text === undefined || text === '') return null;
  if (!/^\d{1,9}$/.test(text)) throw new HttpProblem(400, `${name} must be a line number.`);
  return Number(text);
}

/**
 * Reads a part of the path, decoded.
 * @throws HttpProblem 404 when it contains NUL: no name does, and PostgreSQL rejects it
 */
export function pathParameter(request: FastifyRequest, name: string): string {
  const value = (request.params as Readonly<Record<string, string | undefined>>)[name];
  if (value === undefined) throw new Error(`the route does not have the parameter ${name}`);
  if (value.includes('\0')) throw notFound();
  return value;
}

/**
 * Reads the ID of a job or a suite from the path.
 * @throws HttpProblem 404 when it is not a number
 */
export function numberParameter(request: FastifyRequest, name: string): number {
  const text = pathParameter(request, name);
  if (!/^\d{1,9}$/.test(text)) throw notFound();
  return Number(text);
}
