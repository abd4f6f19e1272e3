import type { MasterContext } from '../context.js';
import type { RequestBudgets } from './admission/budgets.js';
import type { ConnectionLimits } from './admission/connections.js';
import type { DeviceRenderer } from '../render/device-renderer.js';

/** What the routes need to handle requests. */
export interface RouteContext extends MasterContext {
  readonly renderer: DeviceRenderer;
  /** Default: `standardBudgets`. */
  readonly budgets?: RequestBudgets;
  /** Default: `standardConnectionLimits`. */
  readonly connectionLimits?: ConnectionLimits;
  /** Whether an address is that of a proxy, which names its clients. Default: the proxies on this machine. */
  readonly isProxy?: (address: string) => boolean;
  /** The version of the package, for `system/version`. */
  readonly version: string;
  /** The text of the master's public certificate, `master.key`. */
  readonly masterCertificate: string;
}
