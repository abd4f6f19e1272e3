import { backOffMs, defaultBackOff } from './back-off.js';
import { describeError, type MasterWork } from './master-runner.js';
import { createNewestFirst, type NewestFirst } from './newest-first.js';
import type { ControllerOptions, ReadLab } from './options.js';
import type { StatusBoard } from './status-board.js';

export interface ReadRequest {
  /** Null: the commit that the branch points to at that time. */
  readonly revision: string | null;
  readonly reason: MasterWork['reason'];
}

/**
 * Reads the lab, one revision at a time and only the newest, and passes on what can be reconciled.
 * A lab that cannot be read or used changes nothing on any master: it is reported, and the last good one remains.
 */
export function createLabReader(
  options: ControllerOptions,
  board: StatusBoard,
  onLab: (lab: ReadLab, reason: MasterWork['reason']) => void,
): NewestFirst<ReadRequest> {
  let failures = 0;

  async function run(request: ReadRequest): Promise<number | null> {
    try {
      const revision = request.revision ?? (await options.source.head());
      const read = await options.read(await options.source.snapshot(revision));
      failures = 0;
      report(read);
      onLab(read, request.reason);
      return null;
    } catch (error) {
      return fail(error);
    }
  }

  function report({ lab, findings, revision }: ReadLab): void {
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    const state = lab === null ? 'unusable' : errors > 0 ? 'invalid' : 'ok';
    board.setLab({ state, revision, findings, error: null });
    if (state === 'ok') options.log.info({ revision }, 'lab read');
    else options.log.warn({ revision, state, errors }, 'lab has findings');
  }

  function fail(error: unknown): number | null {
    const described = describeError(error);
    board.setLab({ state: 'unreadable', error: described });
    if (described.retry === 'bug') options.log.error({ err: error }, 'internal error');
    else options.log.warn({ why: described.message }, 'lab not read');
    if (described.retry !== 'soon') return null;
    failures += 1;
    return backOffMs(options.backOff ?? defaultBackOff, failures, (options.random ?? Math.random)());
  }

  return createNewestFirst(run);
}
