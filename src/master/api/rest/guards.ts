import type { FastifyInstance, FastifyRequest } from 'fastify';
import { authenticate, type Identity } from '../../access/identity.js';
import { HttpProblem } from '../problem.js';
import type { RouteContext } from '../route-context.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The user who sent the request; null on routes without a guard. */
    identity: Identity | null;
  }
}

/** Options of routes that are not open to everyone. The guards run before the body is read. */
export interface Guards {
  /** For all users with a token. */
  readonly reader: Guard;
  /** For operators: jobs, and the health of devices and workers. */
  readonly operator: Guard;
  /** For the reconciler: configuration. */
  readonly reconciler: Guard;
}

interface Guard {
  readonly onRequest: (request: FastifyRequest) => Promise<void>;
}

export function addGuards(server: FastifyInstance, context: RouteContext): Guards {
  server.decorateRequest('identity', null);
  return {
    reader: {
      async onRequest(request) {
        await requireReader(context, request);
      },
    },
    operator: { onRequest: (request) => requireOperator(context, request) },
    reconciler: { onRequest: (request) => requireReconciler(context, request) },
  };
}

/** Returns the name of the user on a route that has a guard. */
export function callerOf({ identity }: FastifyRequest): string {
  if (identity === null) throw new Error('a route that requires a token does not have a guard');
  return identity.username;
}

async function requireReader(context: RouteContext, request: FastifyRequest): Promise<Identity> {
  const identity = await authenticate(context.store.db, request.headers.authorization);
  // LAVA responds with 403 to missing and to wrong credentials.
  if (identity === 'anonymous') throw new HttpProblem(403, 'Authentication credentials were not provided.');
  if (identity === 'refused') throw new HttpProblem(403, 'Invalid token.');
  request.identity = identity;
  return identity;
}

/** @throws HttpProblem 403 unless the request has the admin token */
export async function requireOperator(context: RouteContext, request: FastifyRequest): Promise<void> {
  const { role, username } = await requireReader(context, request);
  if (role === 'admin') return;
  throw new HttpProblem(403, `The token of ${username} does not permit this. Use the admin token.`);
}

async function requireReconciler(context: RouteContext, request: FastifyRequest): Promise<void> {
  const { role, username } = await requireReader(context, request);
  if (role === 'reconciler') return;
  throw new HttpProblem(
    403,
    `The token of ${username} does not permit writing configuration. Only the reconciler may apply revisions.`,
  );
}
