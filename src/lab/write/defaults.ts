import { fieldsOf, sameValue, type DeviceTypeFields, type FieldValue } from '../../model/index.js';

/**
 * Whether LAVA itself wrote a description: `manage sync` for devices (2020.06 and later), lava-master for workers (before
 * 2020.09). Nobody decided on it, so a lab does not contain it.
 */
export function isLavasOwn(description: FieldValue | undefined): boolean {
  return (
    typeof description === 'string' &&
    /^Created (?:automatically by LAVA\.|by lava-master \(.*\))$/.test(description)
  );
}

/** The settings of a new device type: those of `manage sync`, and LAVA's defaults (all releases). */
const newDeviceType: DeviceTypeFields = {
  display: true,
  healthChecksDisabled: false,
  healthCheckFrequency: { every: 24, unit: 'hours' },
};

/** Whether a device type is as LAVA creates it when a device names it. */
export function isNewDeviceType(fields: DeviceTypeFields): boolean {
  const all = fieldsOf({ kind: 'device-type', name: '', fields });
  const initial = fieldsOf({ kind: 'device-type', name: '', fields: newDeviceType });
  return Object.entries(all).every(([field, value]) => {
    if (value === undefined || value === null || value === '') return true;
    if (Array.isArray(value) && value.length === 0) return true;
    return sameValue(initial[field], value);
  });
}
