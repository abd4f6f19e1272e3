/** Runs the controller of a lab in this process. */
export { runController, type ControllerRun } from './run-controller.js';
