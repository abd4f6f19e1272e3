/** Everything on one machine: starts the parts in order, and stops them in reverse. */
import type { ControllerStatus } from '../../controller/index.js';
import type { LabFeedback } from '../lab/index.js';
import {
  makeStateDirectory,
  openToJobs,
  placeOf,
  removeEndpoint,
  writeEndpoint,
  type MasterEndpoint,
  type StateDirectory,
} from '../state/index.js';
import { startChild, type Child } from './child.js';
import { readEmbeddedLab, type EmbeddedLab } from './embedded-lab.js';
import { jobEnvironment } from './job-environment.js';
import { lockUp } from './lock.js';
import { Parts, type PartsFeedback } from './parts.js';
import { prepareWorker } from './prepare-worker.js';
import { StatusWatch } from './status-watch.js';
import { summarise, type UpSummary } from './summary.js';

export interface UpOptions {
  /** The lab's directory. */
  readonly lab: string;
  /** Where the master's API listens; this and the next two are HOST:PORT. */
  readonly listen: string;
  /** Where dispatchers connect. */
  readonly control: string;
  /** Where job logs arrive. */
  readonly logs: string;
  /** Resolves when everything is to stop. */
  readonly stopAsked: Promise<void>;
}

export interface UpFeedback extends LabFeedback, PartsFeedback {
  /** Called at every change of the controller's status. */
  onStatus(status: ControllerStatus): void;
  /** Everything runs. */
  onReady(summary: UpSummary): void;
  /** Everything ran, and is stopping because that was asked for. */
  onStopping(): void;
}

/**
 * Everything on one machine: the embedded master, the simulated boards and the dispatcher of its worker, and the
 * controller on this lab. starting -> running -> stopping -> stopped; returns when everything has stopped. A part that
 * ends while the others run is started again, with the same addresses.
 *
 * Each part starts when what it needs is available: the master first, then the worker's certificate as a local layer of
 * the lab, then the controller, which applies the lab to the master, then the boards, then the dispatcher.
 * @throws UsageError when an option is not valid
 * @throws ExternalError when a part cannot start at first; all others are stopped before that
 */
export async function up(options: UpOptions, feedback: UpFeedback): Promise<void> {
  const { state } = placeOf(options.lab);
  const stopAsked = options.stopAsked.then(() => stopWord);
  const lab = await readEmbeddedLab(options.lab, feedback);
  await makeStateDirectory(state);
  openToJobs(state);
  const unlock = await lockUp(state.root);
  const parts = new Parts(feedback);
  try {
    const started = start({ parts, lab, state, options, feedback });
    const outcome = await Promise.race([stopAsked, started.then(() => null)]);
    if (outcome === null) {
      await stopAsked;
      feedback.onStopping();
    }
  } finally {
    await parts.stop();
    removeEndpoint(state);
    await unlock();
  }
}

const stopWord = 'stop';

interface Start {
  readonly parts: Parts;
  readonly lab: EmbeddedLab;
  readonly state: StateDirectory;
  readonly options: UpOptions;
  readonly feedback: UpFeedback;
}

/** Starts all parts in order, and reports what runs. */
async function start(context: Start): Promise<void> {
  const { parts, lab, state, feedback } = context;
  const endpoint = await startMaster(context);
  const certificate = await prepareWorker(state, lab.worker);
  const watch = new StatusWatch();
  const firstResult = watch.firstResult(lab.master);
  await Promise.all([
    startController(context, (status) => {
      watch.update(status);
      feedback.onStatus(status);
    }),
    lab.boards.length === 0
      ? null
      : parts.add(() =>
          startPart(context, 'simulated boards', ['board', 'serve', ...lab.boards, '--dir', state.boards]),
        ),
  ]);
  await firstResult;
  const { jobs } = await startDispatcher(context, endpoint, certificate);
  feedback.onReady({
    ...(await summarise(context.options.lab, lab.worker, endpoint, watch.status)),
    jobs: String(jobs),
  });
}

async function startMaster(context: Start): Promise<MasterEndpoint> {
  const { parts, lab, state, options } = context;
  const variables = lab.extraContextVariables.flatMap((name) => ['--context-variable', name]);
  const ready = await parts.add((last) => {
    const { url, control, logs } = (last ?? {}) as Partial<MasterEndpoint>;
    const addresses = [
      ...['--listen', withPortOf(options.listen, url)],
      ...['--control', withPortOf(options.control, control)],
      ...['--logs', withPortOf(options.logs, logs)],
    ];
    return startPart(context, 'master', ['master', '--state', state.master, ...addresses, ...variables]);
  });
  const endpoint = ready as unknown as MasterEndpoint;
  writeEndpoint(state, endpoint);
  return endpoint;
}

/** HOST:PORT with the port of a URL: port 0 means any free one only at the first start. */
function withPortOf(address: string, url: string | undefined): string {
  const port = url === undefined ? undefined : /:(\d+)\/?$/.exec(url)?.[1];
  return port === undefined ? address : address.replace(/:\d+$/, `:${port}`);
}

async function startController(context: Start, onStatus: (status: ControllerStatus) => void): Promise<void> {
  const args = ['controller', '--lab', context.options.lab];
  await context.parts.add(() =>
    startPart(context, 'controller', args, {
      onStatus: (status) => {
        onStatus(status as ControllerStatus);
      },
    }),
  );
}

async function startDispatcher(
  context: Start,
  endpoint: MasterEndpoint,
  certificate: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { parts, lab, state } = context;
  const worker = ['--hostname', lab.worker, '--state', state.dispatcher, '--certificate', certificate];
  const master = ['--control', endpoint.control, '--logs', endpoint.logs];
  const args = ['dispatcher', ...worker, ...master, '--master-certificate', endpoint.certificateFile];
  return await parts.add(() => startPart(context, 'dispatcher', args, { env: jobEnvironment(state.boards) }));
}

function startPart(
  { options }: Start,
  name: string,
  args: readonly string[],
  more: Partial<Parameters<typeof startChild>[2]> = {},
): Child {
  return startChild(name, args, { cwd: options.lab, ...more });
}
