import type { MasterContext } from '../../../src/master/context.js';
import { createEventHub } from '../../../src/master/events/index.js';
import { createWorkerHost, type WorkerHost } from '../../../src/master/workers/index.js';
import { createReader } from '../../../src/master/reading/reader.js';
import { createDeviceRenderer } from '../../../src/master/render/device-renderer.js';
import { applyRevision } from '../../../src/master/revisions/apply-revision.js';
import { parseRevisionRequest } from '../../../src/master/revisions/request.js';
import { startScheduler } from '../../../src/master/scheduler/scheduler.js';
import { openStore } from '../../../src/master/store/open-store.js';
import { setAllWorkersOffline } from '../../../src/master/store/configuration/workers.js';
import type { ChangeOutcome } from '../../../src/model/index.js';
import { definition } from './small-lab.js';

/** A master without sockets: store, scheduler, and the functions that the gateway calls. */
export interface Core {
  readonly context: MasterContext;
  readonly host: WorkerHost;
  /** Applies changes as revision `rN`; returns the outcomes. */
  apply(changes: readonly object[]): Promise<readonly ChangeOutcome[]>;
  /** Resolves when the consequences of previous calls are settled. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export async function startCore(
  location: { file: string } | { databaseUrl: string },
  now: () => Date = () => new Date(),
): Promise<Core> {
  const events = createEventHub();
  const log = { info: () => undefined, warn: () => undefined, error: fail };
  const store = await openStore(location, { events });
  const reader = createReader();
  const context: MasterContext = { store, events, reader, log, now, extraContextVariables: [] };
  await store.write(setAllWorkersOffline);
  const connected = await createWorkerHost(context);
  const scheduler = startScheduler(context, createDeviceRenderer());
  let revisions = 0;
  async function settled(): Promise<void> {
    await scheduler.settled();
    await connected.settled();
  }
  return {
    context,
    host: connected.host,
    async apply(changes) {
      revisions += 1;
      const names = { repository: 'lab', revision: `r${revisions}`, fingerprint: `f${revisions}` };
      const parsed = parseRevisionRequest({ ...names, changes });
      if (!parsed.ok) throw new Error(parsed.detail);
      const { outcomes } = await applyRevision(context, parsed.request);
      await settled();
      return outcomes;
    },
    settled,
    async stop() {
      connected.stop();
      await scheduler.stop();
      await connected.settled();
      await reader.stop();
      await store.close();
    },
  };
}

function fail(fields: Readonly<Record<string, unknown>>, message: string): void {
  throw new Error(`${message}: ${JSON.stringify(fields)}`);
}

export { definition, key, smallLab } from './small-lab.js';

export const healthCheck = {
  verb: 'create',
  kind: 'health-check',
  name: 'sim',
  fields: { job: definition.replace('smoke', 'health check') },
} as const;

export function resultLine(msg: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ dt: '2026-01-01T00:00:00.000000', lvl: 'results', msg });
}

export function textLine(text: string): string {
  return JSON.stringify({ dt: '2026-01-01T00:00:00.000000', lvl: 'target', msg: text });
}

/** The log line that finishes a job. */
export function jobResult(result: 'pass' | 'fail', errorType?: string): string {
  const error = errorType === undefined ? {} : { error_type: errorType, error_msg: 'it broke' };
  return resultLine({ definition: 'lava', case: 'job', result, ...error });
}
