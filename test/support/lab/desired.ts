import {
  keyOf,
  type ConfigurationObject,
  type DesiredMaster,
  type DeviceFields,
  type Master,
  type ObjectKey,
  type Policy,
  type WorkerFields,
} from '../../../src/model/index.js';
import type { Plan } from '../../../src/plan/index.js';

export const policy: Policy = { mode: 'enforce', prune: 'retire', maxUpdateShare: 0.3, maxRemoveShare: 0.3 };

const master: Master = {
  name: 'main',
  address: { url: 'https://lava.example.com' },
  tokenFrom: null,
  sites: ['here'],
  mode: 'enforce',
};

export function desiredMaster(
  objects: Iterable<ConfigurationObject>,
  blocked: Iterable<readonly [ObjectKey, readonly string[]]> = [],
): DesiredMaster {
  return {
    master,
    objects: new Map([...objects].map((object) => [keyOf(object), object])),
    blocked: new Map(blocked),
  };
}

export function device(name: string, fields: DeviceFields = {}): ConfigurationObject {
  return {
    kind: 'device',
    name,
    fields: { deviceType: 'qemu', worker: 'w1', dictionary: `{% extends 'qemu.jinja2' %}\n`, ...fields },
  };
}

export function worker(name: string, fields: WorkerFields = {}): ConfigurationObject {
  return { kind: 'worker', name, fields };
}

export function deviceType(name: string): ConfigurationObject {
  return { kind: 'device-type', name, fields: { aliases: [] } };
}

export function template(name: string, text = 'base\n'): ConfigurationObject {
  return { kind: 'template', name, fields: { text } };
}

/** One template, type, health check and worker, and `count` devices `board-1`... */
export function smallLab(count = 2): ConfigurationObject[] {
  return [
    template('qemu'),
    deviceType('qemu'),
    { kind: 'health-check', name: 'qemu', fields: { job: 'job\n' } },
    worker('w1', { description: 'the first', health: 'Active', jobLimit: 2, env: 'http_proxy: x\n' }),
    ...Array.from({ length: count }, (_, index) => device(`board-${index + 1}`, { tags: ['a'] })),
  ];
}

/** The changes of a plan, without the groups of a master that shows them (LAVA from 2026.04, ours). */
export function changesExceptGroups({ changes }: Plan): Plan['changes'] {
  return changes.filter(({ key }) => !key.startsWith('group/'));
}
