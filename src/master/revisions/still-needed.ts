import type { ObjectKey } from '../../model/index.js';
import { neededObjects } from '../../templates/index.js';
import { findDevice } from '../store/configuration/devices.js';
import { findTemplate } from '../store/configuration/templates.js';
import type { Application } from './application.js';
import type { Failures } from './failures.js';

/**
 * What the objects need whose changes are not made, as they are now, and which of them needs it. It stays in service: a
 * device whose move to another worker failed keeps its worker.
 */
export async function neededByFailed(
  { tx }: Application,
  failures: Failures,
): Promise<ReadonlyMap<ObjectKey, ObjectKey>> {
  const needed = new Map<ObjectKey, ObjectKey>();
  const queue: { readonly user: ObjectKey; readonly needs: readonly ObjectKey[] }[] = [];
  for (const { kind, name, key } of failures.writes()) {
    if (kind === 'device') {
      const device = await findDevice(tx, name);
      if (device === undefined) continue;
      const { deviceType, worker, dictionary } = device;
      const fields = { deviceType, worker, dictionary };
      queue.push({ user: key, needs: neededObjects({ kind, fields }, failures.read) });
    } else if (kind === 'template') queue.push({ user: key, needs: [key] });
  }
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const need of next.needs) {
      if (needed.has(need)) continue;
      needed.set(need, next.user);
      if (!need.startsWith('template/')) continue;
      const template = await findTemplate(tx, need.slice('template/'.length));
      if (template === undefined) continue;
      const fields = { text: template.text };
      queue.push({ user: next.user, needs: neededObjects({ kind: 'template', fields }, failures.read) });
    }
  }
  return needed;
}
