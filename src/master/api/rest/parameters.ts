import type { FastifyRequest } from 'fastify';
import { HttpProblem, notFound } from '../problem.js';

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export function queryOf(request: FastifyRequest): Query {
  return request.query as Query;
}

/** One value of a query; the last one when it is given more than once. */
export function parameter(query: Query, name: string): string | undefined {
  const value = Object.hasOwn(query, name) ? query[name] : undefined;
  return typeof value === 'string' ? value : value?.at(-1);
}

/**
 * A parameter that is one of LAVA's words, in any case.
 * @throws HttpProblem 400 that lists the words
 */
export function word<T extends string>(query: Query, name: string, words: readonly T[]): T | undefined {
  const text = parameter(query, name);
  if (text === undefined) return undefined;
  const found = words.find((item) => item.toLowerCase() === text.toLowerCase());
  if (found === undefined) throw new HttpProblem(400, `${name} must be one of ${words.join(', ')}.`);
  return found;
}

/**
 * A line of a log, from 0; null when it is not given.
 * @throws HttpProblem 400
 */
export function lineNumber(query: Query, name: string): number | null {
  const text = parameter(query, name);
  if (text === undefined || text === '') return null;
  if (!/^\d{1,9}$/.test(text)) throw new HttpProblem(400, `${name} must be a line number.`);
  return Number(text);
}

/**
 * A part of the path, decoded.
 * @throws HttpProblem 404 for a NUL, which no name contains and PostgreSQL refuses
 */
export function pathParameter(request: FastifyRequest, name: string): string {
  const value = (request.params as Readonly<Record<string, string | undefined>>)[name];
  if (value === undefined) throw new Error(`the route has no parameter ${name}`);
  if (value.includes('\0')) throw notFound();
  return value;
}

/**
 * A number in the path, of a job or a suite.
 * @throws HttpProblem 404 when it is not a number
 */
export function numberParameter(request: FastifyRequest, name: string): number {
  const text = pathParameter(request, name);
  if (!/^\d{1,9}$/.test(text)) throw notFound();
  return Number(text);
}
