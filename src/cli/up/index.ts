import { UsageError } from '../../diagnostics/index.js';
import { print, printError } from '../output.js';
import {
  makeStateDirectory,
  removeEndpoint,
  stateDirectoryOf,
  writeEndpoint,
  type MasterEndpoint,
} from '../state.js';
import { startChild, type Child } from './child.js';
import { jobEnvironment } from './job-environment.js';
import { readEmbeddedLab } from './embedded-lab.js';
import { lockUp } from './lock.js';
import { Parts } from './parts.js';
import { prepareWorker } from './prepare-worker.js';
import { StatusPrinter } from './status-printer.js';
import { summarise } from './summary.js';

export interface UpOptions {
  readonly lab: string;
  readonly listen: string;
  readonly control: string;
  readonly logs: string;
}

/**
 * Everything on one machine: the embedded master, the simulated boards and the dispatcher of its worker, and the
 * controller on this lab. starting -> running -> stopping -> stopped; returns when all is stopped.
 *
 * The order is that of need: the master first, then the worker's certificate as a local layer of the lab, then the
 * controller, which applies the lab to the master, then what the dispatcher drives, then the dispatcher.
 * @throws UsageError, ExternalError when a part cannot start or ends on its own; all others are stopped first
 */
export async function up(options: UpOptions): Promise<void> {
  const stopAsked = waitForSignal();
  const state = stateDirectoryOf(options.lab);
  const lab = await readEmbeddedLab(options.lab);
  makeStateDirectory(state);
  const unlock = await lockUp(state.root);
  const parts = new Parts();
  try {
    const printer = new StatusPrinter();
    const started = start(parts, lab, options, printer);
    const outcome = await Promise.race([stopAsked, parts.firstEnd, started.then(() => null)]);
    if (outcome === null) await waitForEnd(stopAsked, parts);
    else if (outcome !== stopWord) throw partEnded(outcome);
  } finally {
    await parts.stop();
    removeEndpoint(state);
    await unlock();
  }
}

const stopWord = 'stop';

async function waitForEnd(stopAsked: Promise<string>, parts: Parts): Promise<void> {
  const outcome = await Promise.race([stopAsked, parts.firstEnd]);
  if (outcome !== stopWord) throw partEnded(outcome);
  printError('stopping');
}

function partEnded(how: string): UsageError {
  return new UsageError(
    how,
    'the other parts were stopped; its own words stand above. Starting again continues where it ended',
  );
}

async function start(
  parts: Parts,
  lab: Awaited<ReturnType<typeof readEmbeddedLab>>,
  options: UpOptions,
  printer: StatusPrinter,
): Promise<void> {
  const state = stateDirectoryOf(options.lab);
  const run = (
    name: string,
    args: readonly string[],
    more: Partial<Parameters<typeof startChild>[2]> = {},
  ): Child => startChild(name, args, { cwd: options.lab, ...more });

  const masterArgs = ['--state', state.master, '--listen', options.listen];
  const ready = await parts.add(
    run('master', ['master', ...masterArgs, '--control', options.control, '--logs', options.logs]),
  );
  const endpoint = ready as unknown as MasterEndpoint;
  writeEndpoint(state, endpoint);

  const certificate = await prepareWorker(state, lab.worker);
  const firstResult = printer.firstResult(lab.master);
  await Promise.all([
    parts.add(
      run('controller', ['controller', '--lab', options.lab], {
        onStatus: (status) => {
          printer.take(status);
        },
      }),
    ),
    lab.boards.length === 0
      ? null
      : parts.add(run('simulated boards', ['board', 'serve', ...lab.boards, '--dir', state.boards])),
  ]);
  await firstResult;
  const workerArgs = ['--hostname', lab.worker, '--state', state.dispatcher, '--certificate', certificate];
  const masterEndpoints = ['--control', endpoint.control, '--logs', endpoint.logs];
  await parts.add(
    run(
      'dispatcher',
      ['dispatcher', ...workerArgs, ...masterEndpoints, '--master-certificate', endpoint.certificateFile],
      { env: jobEnvironment(state.boards) },
    ),
  );
  print(await summarise(lab, endpoint, printer));
}

function waitForSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        resolve(stopWord);
      });
    }
  });
}
