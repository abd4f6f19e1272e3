import type { ObjectOf } from '../../model/index.js';
import { fittingEntries, yamlText, type Draft } from './draft.js';
import { isNewDeviceType } from './defaults.js';
import type { Leaving } from './left-out.js';

/**
 * Writes <type>.yaml: always what LAVA's decisions depend on (display, health checks, aliases), and the rest if it has
 * a value. A type that a device names and that is as LAVA creates it needs no file.
 * @returns the aliases that it specifies
 */
export function writeDeviceType(
  { name, fields }: ObjectOf<'device-type'>,
  aliases: readonly string[],
  isNamed: boolean,
  draft: Draft,
  leaving: Leaving,
): readonly string[] {
  const key = `device-type/${name}` as const;
  if (isNamed && isNewDeviceType(fields)) return aliases;
  const { healthCheckFrequency: frequency } = fields;
  const entries = {
    description: fields.description ?? undefined,
    display: fields.display,
    aliases: aliases.length === 0 ? undefined : aliases,
    healthCheckFrequency: frequency === undefined ? undefined : { [frequency.unit]: frequency.every },
    healthChecksDisabled: fields.healthChecksDisabled,
    architecture: fields.architecture ?? undefined,
    processor: fields.processor ?? undefined,
    cpuModel: fields.cpuModel ?? undefined,
    bits: fields.bits ?? undefined,
    cores: unlessEmpty(fields.cores),
    coreCount: fields.coreCount ?? undefined,
    permissions: unlessEmpty(fields.permissions),
  };
  const required = { kind: 'DeviceType' };
  const fitting = fittingEntries('device-type', required, entries, key, leaving);
  draft.add(`device-types/${name}.yaml`, yamlText({ ...required, ...fitting }), { keys: [key], field: null });
  return 'aliases' in fitting ? aliases : [];
}

function unlessEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}
