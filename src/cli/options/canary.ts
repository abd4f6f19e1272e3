import type { Command } from 'commander';

import type { ApplyOptions } from '../../app/apply/index.js';
import { UsageError } from '../../diagnostics/index.js';

export interface CanaryOptions {
  readonly canary?: string;
  readonly canaryOf?: string;
}

export function addCanaryOptions(command: Command): Command {
  return command
    .option(
      '--canary <DEVICE>',
      'apply the change to this device first; its health check decides whether the others get it',
    )
    .option('--canary-of <TYPE>', 'like --canary, with any healthy device of this type');
}

/** @throws UsageError when both are given */
export function canaryOf({ canary: device, canaryOf: deviceType }: CanaryOptions): ApplyOptions['canary'] {
  if (device !== undefined && deviceType !== undefined) {
    throw new UsageError('--canary and --canary-of exclude each other', 'Specify only one of them.');
  }
  if (device !== undefined) return { device };
  return deviceType === undefined ? undefined : { deviceType };
}
