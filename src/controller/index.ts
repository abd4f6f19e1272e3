export { startController, type Controller } from './controller.js';
export type { ControllerLog, ControllerOptions, MasterRequest, MasterResult, ReadLab } from './options.js';
export * from './ports.js';
export type { ControllerStatus, LabState, MasterState, MasterStatus, StatusError } from './status.js';
