/**
 * The long-running process: reacts to new commits, schedules and changes of the local layer, and runs one queue of work
 * per master (docs/controller.md). Accesses git and the masters only through the ports that it declares.
 */
export { startController, type Controller } from './controller.js';
export type { ControllerOptions, MasterRequest, MasterResult, ReadLab } from './options.js';
export * from './ports.js';
export { expectSchedule } from './schedule.js';
export { reconcileWith } from './reconcile-master.js';
export {
  confirmationDueAt,
  expectsConfirmation,
  labStates,
  masterStates,
  type ControllerStatus,
  type LabState,
  type MasterSight,
  type MasterState,
  type MasterStatus,
  type StatusError,
} from './status.js';
