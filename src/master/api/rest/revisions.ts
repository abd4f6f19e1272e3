import type { FastifyInstance } from 'fastify';
import { applyRevision } from '../../revisions/apply-revision.js';
import { configurationSource } from '../../views/index.js';
import { clientOf } from '../admission/admission.js';
import { HttpProblem, notFound } from '../problem.js';
import type { RouteContext } from '../route-context.js';
import type { Guards } from './guards.js';

/** In bytes: enough for all base templates and dictionaries of a large lab. */
const maxRevisionBytes = 64 * 1024 * 1024;

/**
 * The API for the reconciler. It validates requests itself because a rejected one gets status 422 and a reason for each
 * change.
 */
export function revisionRoutes(server: FastifyInstance, context: RouteContext, guards: Guards): void {
  void server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    // A thread parses it.
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, parsed) => {
      parsed(null, body);
    });
    scope.post(
      '/api/lavaflow/v1/revisions',
      { bodyLimit: maxRevisionBytes, ...guards.reconciler },
      async (request, reply) => {
        const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
        const parsed = await context.reader.revision(body, clientOf(request));
        if (parsed === null) throw new HttpProblem(400, 'The body is not valid JSON.');
        if (!parsed.ok) {
          return reply.status(422).send({ detail: parsed.detail, outcomes: [] });
        }
        const { applied, outcomes } = await applyRevision(context, parsed.request);
        if (applied) return { outcomes };
        const detail = 'Nothing was written because none of the changes can be made.';
        return reply.status(422).send({ detail, outcomes });
      },
    );
    done();
  });

  server.get('/api/lavaflow/v1/revisions/latest', guards.reader, async () => {
    const latest = await configurationSource(context.store.db);
    if (latest === undefined) throw notFound();
    const { repository, revision, fingerprint, appliedAt } = latest;
    return { repository, revision, fingerprint, appliedAt };
  });
}
