import type { DeviceTypeRow } from './rows.js';

export function newDeviceType(name: string): DeviceTypeRow {
  return {
    name,
    description: null,
    display: true,
    healthFrequency: 24,
    healthDenominator: 'hours',
    disableHealthCheck: false,
    architecture: null,
    processor: null,
    cpuModel: null,
    bits: null,
    cores: [],
    coreCount: null,
  };
}
