import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Identity } from '../../access/identity.js';
import { HttpProblem } from '../problem.js';

/** Options of routes that are not open to everyone. The guards run after the client is identified (admission.ts) and before the body is read. */
export interface Guards {
  /** For all users with a token. */
  readonly reader: Guard;
  /** For operators: jobs, and the health of devices and workers. */
  readonly operator: Guard;
  /** For the reconciler: configuration. */
  readonly reconciler: Guard;
}

interface Guard {
  readonly onRequest: onRequestHookHandler;
}

export const guards: Guards = {
  reader: { onRequest: guard(requireReader) },
  operator: { onRequest: guard(requireOperator) },
  reconciler: { onRequest: guard(requireReconciler) },
};

function guard(check: (request: FastifyRequest) => void): Guard['onRequest'] {
  return (request, _reply, done) => {
    check(request);
    done();
  };
}

/** Returns the name of the user on a route that has a guard. */
export function callerOf({ identity }: FastifyRequest): string {
  if (identity === null) throw new Error('a route that requires a token does not have a guard');
  return identity.username;
}

function requireReader({ identity }: FastifyRequest): Identity {
  // LAVA responds with 403 to missing and to wrong credentials.
  if (identity === null) throw new HttpProblem(403, 'Authentication credentials were not provided.');
  return identity;
}

/** @throws HttpProblem 403 unless the request has the admin token */
export function requireOperator(request: FastifyRequest): void {
  const { role, username } = requireReader(request);
  if (role === 'admin') return;
  throw new HttpProblem(403, `The token of ${username} does not permit this. Use the admin token.`);
}

function requireReconciler(request: FastifyRequest): void {
  const { role, username } = requireReader(request);
  if (role === 'reconciler') return;
  throw new HttpProblem(
    403,
    `The token of ${username} does not permit writing configuration. Only the reconciler may apply revisions.`,
  );
}
