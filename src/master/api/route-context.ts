import type { MasterContext } from '../context.js';
import type { RequestBudgets } from './admission/budgets.js';
import type { ConnectionLimits } from '../../net/index.js';
import type { DeviceRenderer } from '../render/device-renderer.js';

/** The limits of one `system.multicall`. The calls after that get a fault. */
export interface MulticallLimits {
  /** Of the response. */
  readonly characters: number;
  readonly ms: number;
}

/** Enough for a page of a large lab; our own client sends 400 calls at most. Clients do not wait longer for a response. */
export const standardMulticallLimits: MulticallLimits = { characters: 32 * 1024 * 1024, ms: 60_000 };

/** What the routes need to handle requests. */
export interface RouteContext extends MasterContext {
  readonly renderer: DeviceRenderer;
  /** Default: `standardBudgets`. */
  readonly budgets?: RequestBudgets;
  /** Default: `standardConnectionLimits`. */
  readonly connectionLimits?: ConnectionLimits;
  /** Default: `standardMulticallLimits`. */
  readonly multicallLimits?: MulticallLimits;
  /** Whether an address is that of a proxy, which names its clients. Default: the proxies on this machine. */
  readonly isProxy?: (address: string) => boolean;
  /** The version of the package, for `system/version`. */
  readonly version: string;
  /** The text of the master's public certificate, `master.key`. */
  readonly masterCertificate: string;
}
