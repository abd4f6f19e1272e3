import { mkdirSync, watch } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

import {
  expectSchedule,
  reconcileWith,
  startController,
  type Controller,
  type ControllerStatus,
  type LabSource,
} from '../../controller/index.js';
import { UsageError, type Log } from '../../diagnostics/index.js';
import { openLabRepository } from '../../git/index.js';
import { createLabLoader } from '../../lab/index.js';
import { createMasterTarget } from '../../lava/index.js';
import type { SecretReference } from '../../model/index.js';
import { openStatusFile, type ProcessLogger, type StatusServer } from '../../telemetry/index.js';
import type { RepositoryAccess } from '../github/index.js';
import { openIncidents, openNotifications } from '../incidents/index.js';
import { accessTo, originOf, readSecret } from '../masters/index.js';
import { openLog, type RunningPart } from '../parts/index.js';
import { openRecords, openVerifier } from '../request/index.js';
import { readSnapshot } from '../lab/index.js';
import { reportDriftIssues } from './drift-issues.js';
import { IssueKeeper } from './issue-keeper.js';
import { Leadership, type Leading } from './leadership.js';
import type { Lease } from './lease.js';
import {
  expectOwnState,
  makeStateDirectory,
  placeOf,
  type LabPlace,
  type StateDirectory,
} from '../state/index.js';

export interface ControllerRun {
  /** The lab's directory. */
  readonly lab: string;
  /** The branch to follow; default: the one that is checked out. */
  readonly branch?: string | undefined;
  /** A cron expression: when to compare everything again even if nothing changed. */
  readonly schedule: string;
  /** The time zone of the schedule, an IANA name; default: that of this machine. */
  readonly scheduleTimeZone?: string | undefined;
  /** Where applied state is stored: `file` or `git:REMOTE`. */
  readonly records: string;
  /** Write log lines for people instead of JSON. */
  readonly prettyLog: boolean;
  /** Where the status is served over HTTP; default: nowhere. */
  readonly listen?: { readonly host: string; readonly port: number } | undefined;
  /** The secret of GitHub's webhooks. Without it, none are accepted. Requires `listen`. */
  readonly webhookSecret?: SecretReference | undefined;
  /** The file with the channels for messages about incidents; default: `.lavaflow/notifications.yaml`, if it exists. */
  readonly notifications?: string | undefined;
  /** `owner/name`: where to keep an issue about the drift of each master, and obey it. Default: nowhere. */
  readonly github?: string | undefined;
  /** Called at every change of the status. */
  readonly onStatus: (status: ControllerStatus) => void;
}

/**
 * Connects the controller to git, the lab, the masters' APIs and its records, and starts it. If another controller of this lab
 * leads, this one only waits, serves its own status, and takes over when the other one ends.
 * @throws UsageError
 * @throws ExternalError
 */
export async function runController(run: ControllerRun): Promise<RunningPart> {
  const secret = secretOf(run);
  const access = await accessOf(run);
  keepHeapSmall();
  const place = placeOf(run.lab);
  const log = await openLog(run.prettyLog);
  const source = await openLabRepository(run.lab, {
    ...(run.branch === undefined ? {} : { branch: run.branch }),
  });
  await expectOwnState(run.lab);
  await makeStateDirectory(place.state);
  if (secret !== null) log.addSecret(secret);
  await checkOptions(run, place, log);
  const leadership = await Leadership.start({
    ...{ state: place.state, repository: source.repository, log: log.logger, onStatus: run.onStatus },
    lead: (lease) => lead({ run, access, place, log, source }, lease),
  });
  const { logger } = log;
  const server = await serve(run, leadership, access !== null, secret, place.state, logger).catch(
    async (error: unknown) => {
      await leadership.stop();
      throw error;
    },
  );
  return {
    ready: server === null ? {} : { status: server.url },
    async stop() {
      await server?.stop();
      await leadership.stop();
    },
  };
}

/**
 * What this controller needs when it leads: a wrong option of one that follows would be noticed only when nobody leads any more.
 * @throws UsageError
 * @throws ExternalError
 */
async function checkOptions(run: ControllerRun, place: LabPlace, log: ProcessLogger): Promise<void> {
  expectSchedule(run.schedule, run.scheduleTimeZone);
  openRecords(place, run.records);
  await openNotifications(place, run.notifications, (secret) => {
    log.addSecret(secret);
  });
}

interface Setting {
  readonly run: ControllerRun;
  /** null: no issues are kept. */
  readonly access: RepositoryAccess | null;
  readonly place: LabPlace;
  readonly log: Awaited<ReturnType<typeof openLog>>;
  readonly source: LabSource;
}

/**
 * Starts the controller that leads.
 * @throws UsageError
 * @throws ExternalError
 */
async function lead({ run, access, place, log, source }: Setting, lease: Lease): Promise<Leading> {
  const loader = createLabLoader();
  const { records, drift } = openRecords(place, run.records);
  const statusFile = openStatusFile(place.state.status, (error) => {
    log.logger.warn({ err: error, file: place.state.status }, 'status file not written');
  });
  const running: { controller?: Controller } = {};
  const incidents = await openIncidents({
    ...{ place, repository: source.repository, file: run.notifications, log: log.logger },
    addSecret: (one) => {
      log.addSecret(one);
    },
    onChange: () => {
      if (running.controller !== undefined) publish(running.controller.status());
    },
  });
  const report = (status: ControllerStatus) => ({ ...incidents.report(status), leading: true, leader: null });
  /** A process that was suspended may not lead any more. */
  const leads = (): boolean => {
    try {
      lease.guard();
      return true;
    } catch {
      return false;
    }
  };
  function publish(status: ControllerStatus): void {
    if (leads()) statusFile.write(report(status));
  }
  const reconcile = reconcileWith(records, drift, undefined, openVerifier({ lab: run.lab }));
  const controller = await startController({
    source,
    async read(snapshot) {
      const reading = await readSnapshot(run.lab, source.repository, snapshot, place.state, { loader });
      incidents.take(reading);
      return reading;
    },
    connect: (master) => {
      const access = accessTo(master, 'reconciler', place);
      if ('off' in access) return Promise.resolve(null);
      log.addSecret(access.token);
      return Promise.resolve(createMasterTarget(access));
    },
    async reconcile(request) {
      lease.guard();
      return await reconcile(request);
    },
    onLayerChange: (listener) => watchLayer(place.state, listener),
    schedule: run.schedule,
    scheduleTimeZone: run.scheduleTimeZone,
    statusFile: { write: publish, close: () => statusFile.close() },
    onStatus: (status) => {
      if (leads()) incidents.observe(status);
      run.onStatus(status);
    },
    log: log.logger,
  }).catch(async (error: unknown) => {
    await incidents.stop();
    throw error;
  });
  running.controller = controller;
  const issues = access === null ? null : keepIssues(run, access, log);
  return {
    status: () => report(controller.status()),
    wake: () => {
      controller.wake();
    },
    wakeIssues: () => {
      issues?.wake();
    },
    async stop() {
      // A run that reports a failure because it was stopped does not cause an incident.
      await Promise.all([incidents.stop(), controller.stop(), issues?.stop()]);
    },
  };
}

/** @throws UsageError when it is configured and missing */
function secretOf({ webhookSecret, listen }: ControllerRun): string | null {
  if (webhookSecret === undefined) return null;
  if (listen === undefined) {
    throw new UsageError('webhooks need an address to arrive at', 'Also specify --listen HOST:PORT.');
  }
  const secret = readSecret(webhookSecret, '/');
  if (secret !== null && secret !== '') return secret;
  throw new UsageError(`${originOf(webhookSecret)} has no secret for webhooks`);
}

/** @throws UsageError when there is no token */
async function accessOf({ github }: ControllerRun): Promise<RepositoryAccess | null> {
  if (github === undefined) return null;
  const { requireRepositoryAccess } = await import('../github/index.js');
  return requireRepositoryAccess({ ...process.env, GITHUB_REPOSITORY: github });
}

function keepIssues(run: ControllerRun, access: RepositoryAccess, log: ProcessLogger): IssueKeeper {
  const { repository, credentials } = access;
  if (typeof credentials === 'string') log.addSecret(credentials);
  const options = { lab: run.lab, records: run.records, repository, log: log.logger };
  const keeper = new IssueKeeper({
    run: (signal) => reportDriftIssues(options, signal),
    log: log.logger,
  });
  keeper.wake();
  return keeper;
}

async function serve(
  { listen }: ControllerRun,
  leadership: Leadership,
  hasIssues: boolean,
  secret: string | null,
  state: StateDirectory,
  log: Log,
): Promise<StatusServer | null> {
  if (listen === undefined) return null;
  const { serveController } = await import('./serve.js');
  const status = () => leadership.status();
  const issues = hasIssues
    ? {
        wake: () => {
          leadership.wakeIssues();
        },
      }
    : null;
  return await serveController({ listen, secret, state, log, controller: leadership, issues, status });
}

/**
 * A controller runs for months, and most of what it reads is garbage a second later. By default, V8 lets the heap grow
 * instead of collecting it. Measured with `npm run bench:reconcile -- fleet`: half the memory in the same time.
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
