import type { Command } from 'commander';

import { registerApply } from './apply.js';
import { registerBoard } from './board.js';
import { registerCerts } from './certs.js';
import { registerCodeowners } from './codeowners.js';
import { registerController } from './controller.js';
import { registerDevices } from './devices.js';
import { registerDispatcher } from './dispatcher.js';
import { registerDrift } from './drift.js';
import { registerImport } from './import.js';
import { registerInit } from './init.js';
import { registerJobs } from './jobs.js';
import { registerMaster } from './master.js';
import { registerPlan } from './plan.js';
import { registerRecords } from './records.js';
import { registerRender } from './render.js';
import { registerReport } from './report.js';
import { registerReview } from './review.js';
import { registerGitHub } from './github.js';
import { registerSuspend } from './suspend.js';
import { registerSimulateMaster } from './simulate-master.js';
import { registerUp } from './up.js';
import { registerValidate } from './validate.js';
import { registerWorkers } from './workers.js';

/**
 * Declares every command, in the order of `--help`. The files imported here only declare options. Each loads its
 * code when it runs, so that `--help` and short commands do not wait for code that they never use.
 */
export function registerCommands(program: Command): void {
  registerUp(program);
  registerInit(program);
  registerImport(program);
  registerValidate(program);
  registerRender(program);
  registerReview(program);
  registerCodeowners(program);
  registerGitHub(program);
  registerPlan(program);
  registerApply(program);
  registerDrift(program);
  registerSuspend(program);
  registerReport(program);
  registerRecords(program);
  registerController(program);
  registerMaster(program);
  registerDispatcher(program);
  registerJobs(program);
  registerDevices(program);
  registerWorkers(program);
  registerCerts(program);
  registerSimulateMaster(program);
  registerBoard(program);
}
