import { mkdirSync, watch } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

import { reconcileWith, startController } from '../../controller/index.js';
import { openLabRepository } from '../../git/index.js';
import { createLabLoader } from '../../lab/index.js';
import { createMasterTarget } from '../../lava/index.js';
import { createLogger, openStatusFile } from '../../telemetry/index.js';
import { logLevel } from '../log-level.js';
import type { RunningPart } from '../part.js';
import { expectOwnState, makeStateDirectory, type StateDirectory } from '../state.js';
import { accessTo } from './connect.js';
import { placeOf } from './load.js';
import { openRecords } from './open-records.js';
import { readSnapshot } from './read-lab.js';

/** Wires the controller to git, the lab, the masters' APIs and its records. @throws ExternalError */
export async function runController(options: {
  readonly lab: string;
  readonly branch?: string;
  readonly schedule: string;
  /** As `--records` says it; default: on disk. */
  readonly records?: string;
  readonly report: (status: unknown) => void;
}): Promise<RunningPart> {
  keepHeapSmall();
  const place = placeOf(options.lab);
  const log = createLogger({ level: logLevel(), pretty: process.stderr.isTTY });
  const source = await openLabRepository(options.lab, {
    ...(options.branch === undefined ? {} : { branch: options.branch }),
  });
  await expectOwnState(options.lab);
  makeStateDirectory(place.state);
  const loader = createLabLoader();
  const { records, drift } = openRecords(place, options.records ?? 'file');
  const controller = await startController({
    source,
    read: (snapshot) => readSnapshot(options.lab, source.repository, snapshot, place.state, { loader }),
    connect: (master) => {
      const access = accessTo(master, 'reconciler', place);
      if ('off' in access) return Promise.resolve(null);
      log.addSecret(access.token);
      return Promise.resolve(createMasterTarget(access));
    },
    reconcile: reconcileWith(records, drift),
    onLayerChange: (listener) => watchLayer(place.state, listener),
    schedule: options.schedule,
    statusFile: openStatusFile(place.state.status, (error) => {
      log.logger.warn({ err: error, file: place.state.status }, 'status file not written');
    }),
    onStatus: options.report,
    log: log.logger,
  });
  return { ready: {}, stop: () => controller.stop() };
}

/**
 * A controller lives for months, and most of what it reads is garbage a second later; V8 would rather take three times
 * as much memory than collect it. Measured with `npm run bench:reconcile -- fleet`: half the memory in the same time.
 */
function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=25');
}

function watchLayer(state: StateDirectory, listener: () => void): () => void {
  mkdirSync(state.layer, { recursive: true, mode: 0o700 });
  const watcher = watch(state.layer, { recursive: true }, listener);
  return () => {
    watcher.close();
  };
}
