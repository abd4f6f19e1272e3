import { powerOff, undoCommand } from './boot/power.js';
import { toFailure } from './failure.js';
import { deviceOf, openOutput, readJobFiles } from './job-directory.js';
import { JobLog } from './log/job-log.js';
import type { JobContext } from './pipeline/context.js';
import { planJob } from './pipeline/plan.js';
import { runActions } from './pipeline/run.js';
import { Scope } from './pipeline/scope.js';
import { cleanUpMs } from './run-job.js';
import { UndoList } from './undo-list.js';

const noTimeouts = {
  actionMs: undefined,
  actionsMs: new Map(),
  connectionMs: undefined,
  connectionsMs: new Map(),
};

/** Powering off uses nothing that a worker limits. */
const noLimits = {
  logBytes: Infinity,
  logLines: Infinity,
  logBytesPerSecond: Infinity,
  downloadBytes: Infinity,
  imageBytes: Infinity,
  diskBytes: Infinity,
  freeDiskBytes: 0,
};

/**
 * Powers off the board of a job whose executor has ended without doing so, and then undoes the commands that the executor
 * has not undone. It does not read the job: that may be what ended the executor. The timeouts are those of the device.
 * @returns the exit code: 0 if the board is off; 3 if not, and the log contains why; 1 if not, and it does not; 4 if the device
 *   has no command for it
 */
export async function powerOffOnly(directory: string, jobId: string): Promise<number> {
  const output = openOutput(directory, () => undefined);
  const log = new JobLog((line) => {
    output.write(line);
  });
  const device = deviceOf(await readJobFiles(directory));
  const planned = planJob(
    [{ section: 'finalize', common: undefined, action: powerOff(device) }],
    noTimeouts,
    device,
  );
  const job: JobContext = {
    id: jobId,
    definition: {
      name: '',
      timeouts: { ...noTimeouts, jobMs: cleanUpMs, queueMs: undefined },
      architecture: undefined,
      context: {},
      environment: [],
      blocks: [],
    },
    device,
    settings: { limits: noLimits, imageDirectories: [], qemuOptions: [] },
    dispatcher: {},
    boardEnvironment: {},
    log,
    undoList: UndoList.empty(directory),
    workDirectory: directory,
    namespaces: new Map(),
  };
  log.warning('the executor of this job has ended without a result: powering off the board');
  try {
    const limit = { name: 'cleanup', durationMs: cleanUpMs, errorType: 'Infrastructure' } as const;
    return await Scope.run(limit, undefined, async (scope) => {
      const isOff = await runActions(planned, job, scope, true).then(
        () => true,
        // The log contains the error, and a failed result of the action.
        () => false,
      );
      await undoAll(directory, job, scope);
      if (!isOff) return output.lost === 0 ? 3 : 1;
      return (device.command('power_off') ?? []).length > 0 ? 0 : 4;
    });
  } finally {
    output.close();
  }
}

/** Logs what cannot be undone, and continues with the rest. The job itself may have written the list. */
async function undoAll(directory: string, job: JobContext, scope: Scope): Promise<void> {
  const undoList = await UndoList.read(directory).catch((error: unknown) => {
    job.log.error(`cannot read which commands to undo: ${toFailure(error).message}`);
    return UndoList.empty(directory);
  });
  for (const name of undoList.names) {
    try {
      await undoCommand(name, { ...job, undoList }, scope);
    } catch (error) {
      job.log.error(`cannot undo ${name}: ${toFailure(error).message}`);
    }
  }
}
