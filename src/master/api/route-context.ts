import type { FastifyRequest } from 'fastify';
import type { MasterContext } from '../context.js';
import type { DeviceRenderer } from '../render/device-renderer.js';
import { authenticate, type Identity } from '../access/identity.js';
import { HttpProblem } from './problem.js';

/** What the routes answer from. */
export interface RouteContext extends MasterContext {
  readonly renderer: DeviceRenderer;
  /** Of the package; what `system/version` says. */
  readonly version: string;
  /** Text of the master's public certificate, `master.key`. */
  readonly masterCertificate: string;
}

/** Whoever has a token may read. @throws HttpProblem 403, as LAVA answers missing and wrong credentials */
export async function requireReader(context: RouteContext, request: FastifyRequest): Promise<Identity> {
  const identity = await authenticate(context.store.db, request.headers.authorization);
  if (identity === 'anonymous') {
    throw new HttpProblem(403, 'Authentication credentials were not provided.');
  }
  if (identity === 'refused') throw new HttpProblem(403, 'Invalid token.');
  return identity;
}

/** Jobs and the health of devices and workers are an operator's. */
export async function requireOperator(context: RouteContext, request: FastifyRequest): Promise<Identity> {
  const identity = await requireReader(context, request);
  if (identity.role === 'admin') return identity;
  throw new HttpProblem(403, `The token of ${identity.username} may not do this: use the admin token.`);
}

/** Configuration comes from the reconciler alone. */
export async function requireReconciler(context: RouteContext, request: FastifyRequest): Promise<Identity> {
  const identity = await requireReader(context, request);
  if (identity.role === 'reconciler') return identity;
  throw new HttpProblem(
    403,
    `The token of ${identity.username} may not write configuration: only the reconciler applies revisions.`,
  );
}

/** A body that is a JSON object or a form. */
export function bodyOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  const { body } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HttpProblem(400, 'The body must be a JSON object or a form.');
  }
  return body as Readonly<Record<string, unknown>>;
}

export function pathParameter(request: FastifyRequest, name: string): string {
  const value = (request.params as Readonly<Record<string, string | undefined>>)[name];
  if (value === undefined) throw new Error(`the route has no parameter ${name}`);
  return value;
}

/** A job's or a suite's number in a path; what is no number is not found. */
export function numberParameter(request: FastifyRequest, name: string): number {
  const text = pathParameter(request, name);
  if (!/^\d{1,9}$/.test(text)) throw new HttpProblem(404, 'Not found.');
  return Number(text);
}
