import { fieldDefaults, fieldsOf, sameValue, type DeviceTypeFields } from '../../model/index.js';

/** Whether a device type is as LAVA creates it when a device names it. */
export function isNewDeviceType(fields: DeviceTypeFields): boolean {
  const all = fieldsOf({ kind: 'device-type', name: '', fields });
  return Object.entries(all).every(([field, value]) => {
    if (value === undefined || value === '') return true;
    return sameValue(value, fieldDefaults['device-type'][field]?.value);
  });
}
