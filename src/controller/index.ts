export { startController, type Controller } from './controller.js';
export type { ControllerOptions, MasterRequest, MasterResult, ReadLab } from './options.js';
export * from './ports.js';
export { reconcileWith } from './reconcile-master.js';
export type { ControllerStatus, LabState, MasterState, MasterStatus, StatusError } from './status.js';
