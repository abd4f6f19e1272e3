import type { MasterContext } from '../context.js';
import type { DeviceRenderer } from '../render/device-renderer.js';

/** What the routes answer from. */
export interface RouteContext extends MasterContext {
  readonly renderer: DeviceRenderer;
  /** Version of the package, for `system/version`. */
  readonly version: string;
  /** Text of the master's public certificate, `master.key`. */
  readonly masterCertificate: string;
}
