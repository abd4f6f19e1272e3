import type { DeviceConfiguration } from '../job/index.js';
import { JobFailure } from './failure.js';

/**
 * Returns a string constant of the device.
 * @throws JobFailure (Configuration) when it is missing
 */
export function textConstant(device: DeviceConfiguration, name: string, prefix?: string): string {
  const value = device.constant(name, prefix);
  if (typeof value === 'string') return value;
  const place = prefix === undefined ? name : `${prefix}.${name}`;
  throw new JobFailure('Configuration', `the device has no constant '${place}'`);
}
