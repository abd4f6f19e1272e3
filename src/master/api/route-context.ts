import type { MasterContext } from '../context.js';
import type { RequestBudgets } from './admission/budgets.js';
import type { DeviceRenderer } from '../render/device-renderer.js';

/** What the routes need to handle requests. */
export interface RouteContext extends MasterContext {
  readonly renderer: DeviceRenderer;
  /** Default: `standardBudgets`. */
  readonly budgets?: RequestBudgets;
  /** The version of the package, for `system/version`. */
  readonly version: string;
  /** The text of the master's public certificate, `master.key`. */
  readonly masterCertificate: string;
}
