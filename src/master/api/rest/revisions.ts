import type { FastifyInstance, FastifyRequest } from 'fastify';
import { applyRevision } from '../../revisions/apply-revision.js';
import { parseRevisionRequest } from '../../revisions/request.js';
import { latestRevision } from '../../store/revisions.js';
import { notFound } from '../problem.js';
import { requireReader, requireReconciler, type RouteContext } from '../route-context.js';

/** Base templates and dictionaries of a large lab together. */
const maxRevisionBytes = 256 * 1024 * 1024;

export function revisionRoutes(server: FastifyInstance, context: RouteContext): void {
  // Checked before the body is read: a large body is taken from the reconciler only.
  const onRequest = async (request: FastifyRequest) => {
    await requireReconciler(context, request);
  };
  server.post(
    '/api/lavaflow/v1/revisions',
    { bodyLimit: maxRevisionBytes, onRequest },
    async (request, reply) => {
      const parsed = parseRevisionRequest(request.body);
      if (!parsed.ok) {
        return reply.status(422).send({ detail: parsed.detail, outcomes: parsed.outcomes });
      }
      const { applied, outcomes } = await applyRevision(context, parsed.request);
      if (applied) return { outcomes };
      const detail = 'Nothing was written: some changes cannot be made.';
      return reply.status(422).send({ detail, outcomes });
    },
  );

  server.get('/api/lavaflow/v1/revisions/latest', async (request) => {
    await requireReader(context, request);
    const latest = await latestRevision(context.store.db);
    if (latest === undefined) throw notFound();
    const { repository, revision, fingerprint, appliedAt } = latest;
    return { repository, revision, fingerprint, appliedAt };
  });
}
