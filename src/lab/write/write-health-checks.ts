import type { ObjectKey } from '../../model/index.js';
import type { LabDevice } from '../devices/read-dictionaries.js';
import type { Draft } from './draft.js';
import type { Leaving } from './left-out.js';

/**
 * LAVA stores health checks under the names of the templates that dictionaries extend; the lab stores them by device
 * type. A type's check can be written if all templates that its devices extend have the same one.
 * @param checks jobs by template
 */
export function writeHealthChecks(
  checks: ReadonlyMap<string, string>,
  devices: Iterable<LabDevice>,
  draft: Draft,
  leaving: Leaving,
): void {
  const templates = new Map<string, Set<string>>();
  const users = new Map<string, Set<string>>();
  for (const { deviceType, template } of devices) {
    if (deviceType === null || template === null) continue;
    add(templates, deviceType, template);
    add(users, template, deviceType);
  }
  const written = new Set<string>();
  for (const [name, job] of checks) {
    const types = [...(users.get(name) ?? (templates.has(name) ? [] : [name]))];
    for (const type of types) {
      const names = [...(templates.get(type) ?? [name])];
      if (names.some((one) => checks.get(one) !== job || leaving.has(`health-check/${one}`))) continue;
      const keys = names.map((one): ObjectKey => `health-check/${one}`);
      draft.add(`device-types/${type}.health-check.yaml`, job, { keys, field: 'job' });
      for (const one of names) written.add(one);
    }
  }
  for (const name of checks.keys()) {
    if (written.has(name) || leaving.has(`health-check/${name}`)) continue;
    const why = users.has(name)
      ? `the devices of ${[...(users.get(name) ?? [])].join(', ')} extend templates with different health checks`
      : 'LAVA never runs it: the devices of this type extend other templates';
    draft.unwritten.add(`health-check/${name}`, null, why);
  }
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}
