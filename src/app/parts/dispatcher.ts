import { dirname } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';
import { executableFile } from '../../package/index.js';
import { openLog } from './log.js';
import type { RunningPart } from './part.js';

export interface DispatcherRun {
  /** The worker's name. */
  readonly hostname: string;
  /** The directory for its jobs. */
  readonly state: string;
  /** The master's endpoints: `tcp://HOST:PORT`. */
  readonly control: string;
  readonly logs: string;
  /** The master's public certificate. */
  readonly masterCertificate: string;
  /** The worker's secret certificate, NAME.key_secret. */
  readonly certificate: string;
  /** The user that runs jobs. Null: as root, one for each job; otherwise, the user of the dispatcher. */
  readonly jobUser: string | null;
  /** Run each job in namespaces of its own, if the machine allows it. */
  readonly jobNamespaces: boolean;
  /** When it stops: leave running jobs for the next dispatcher, or cancel them. */
  readonly jobsAtStop: 'leave' | 'cancel';
  /** Write log lines for people instead of JSON. */
  readonly prettyLog: boolean;
}

/**
 * Starts a worker's dispatcher in this process.
 * @throws UsageError when an endpoint is not `tcp://HOST:PORT`, or jobs cannot run as the user
 * @throws ExternalError
 */
export async function runDispatcher(run: DispatcherRun): Promise<RunningPart> {
  for (const endpoint of [run.control, run.logs]) expectEndpoint(endpoint);
  const [{ chooseIsolation, startDispatcher }, { executorCommand }] = await Promise.all([
    import('../../dispatcher/index.js'),
    import('../../executor/index.js'),
  ]);
  const log = await openLog(run.prettyLog);
  const isolation = await chooseIsolation({
    jobUser: run.jobUser,
    hasNamespaces: run.jobNamespaces,
    stateDir: run.state,
    boards: process.env['LAVAFLOW_BOARD_DIR'] ?? null,
    files: [executableFile(), ...executorCommand().slice(1)],
  });
  for (const warning of isolation.warnings) log.logger.warn({}, warning);
  const dispatcher = await startDispatcher({
    hostname: run.hostname,
    controlEndpoint: run.control,
    logEndpoint: run.logs,
    masterCertificateFile: run.masterCertificate,
    secretCertificateFile: run.certificate,
    stateDir: run.state,
    executorCommand: executorCommand(),
    // So that `lavaflow board ...` in a device dictionary starts this lavaflow.
    path: [dirname(executableFile())],
    isolationOf: isolation.isolationOf,
    log: log.logger,
  });
  log.logger.info({}, `jobs ${isolation.summary}`);
  return { ready: { jobs: isolation.summary }, stop: () => dispatcher.stop({ jobs: run.jobsAtStop }) };
}

function expectEndpoint(text: string): void {
  const port = Number(/^tcp:\/\/[^\s/]+:(\d{1,5})$/.exec(text)?.[1]);
  if (port >= 1 && port <= 65_535) return;
  throw new UsageError(`${text} is not tcp://HOST:PORT`, 'Specify the endpoints that the master prints.');
}
