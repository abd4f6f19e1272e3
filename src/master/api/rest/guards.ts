import type { FastifyInstance, FastifyRequest } from 'fastify';
import { authenticate, type Identity } from '../../access/identity.js';
import { HttpProblem } from '../problem.js';
import type { RouteContext } from '../route-context.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The user behind the request; null on routes without a guard. */
    identity: Identity | null;
  }
}

/** Options of routes that are not open to everyone. They are checked before the body is read. */
export interface Guards {
  /** Anyone who has a token. */
  readonly reader: Guard;
  /** Jobs, and the health of devices and workers. */
  readonly operator: Guard;
  /** Configuration. */
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

/** The name of the user, on a route that has a guard. */
export function callerOf({ identity }: FastifyRequest): string {
  if (identity === null) throw new Error('a route for token holders has no guard');
  return identity.username;
}

async function requireReader(context: RouteContext, request: FastifyRequest): Promise<Identity> {
  const identity = await authenticate(context.store.db, request.headers.authorization);
  // LAVA answers missing and wrong credentials with 403.
  if (identity === 'anonymous') throw new HttpProblem(403, 'Authentication credentials were not provided.');
  if (identity === 'refused') throw new HttpProblem(403, 'Invalid token.');
  request.identity = identity;
  return identity;
}

/** @throws HttpProblem 403 unless the request has the admin token */
export async function requireOperator(context: RouteContext, request: FastifyRequest): Promise<void> {
  const { role, username } = await requireReader(context, request);
  if (role === 'admin') return;
  throw new HttpProblem(403, `The token of ${username} may not do this: use the admin token.`);
}

async function requireReconciler(context: RouteContext, request: FastifyRequest): Promise<void> {
  const { role, username } = await requireReader(context, request);
  if (role === 'reconciler') return;
  throw new HttpProblem(
    403,
    `The token of ${username} may not write configuration: only the reconciler applies revisions.`,
  );
}
