import type { FieldValue, ObjectKey, ObjectKind } from '../../model/index.js';
import { splitKey } from '../kinds.js';

export const severities = ['high', 'medium', 'low'] as const;
/**
 * How much drift matters (docs/drift.md):
 * - high: boards stop working or are judged wrongly, or others may use them: an object is gone, hardware is out of
 *   service, a text that devices are made of is gone or changed for a whole type, health checks are off, access changed;
 * - medium: jobs see something else: a dictionary, tags, an environment;
 * - low: facts for people.
 */
export type Severity = (typeof severities)[number];

const high: Readonly<Record<ObjectKind, readonly string[]>> = {
  template: ['text'],
  'health-check': ['job'],
  'device-type': ['display', 'healthChecksDisabled', 'permissions'],
  worker: ['certificate'],
  device: ['deviceType', 'worker', 'permissions'],
};

const low: readonly string[] = [
  'description',
  'version',
  'architecture',
  'processor',
  'cpuModel',
  'bits',
  'cores',
  'coreCount',
];

/** Healths in which nobody's job runs. */
const outOfService: readonly FieldValue[] = ['Retired', 'Bad', 'Maintenance', 'Looping'];

/** @param field null: the object itself is gone */
export function severityOf(key: ObjectKey, field: string | null, found: FieldValue | undefined): Severity {
  if (field === null || high[splitKey(key).kind].includes(field)) return 'high';
  if (low.includes(field)) return 'low';
  if (field === 'health') return outOfService.includes(found ?? null) ? 'high' : 'medium';
  // Without a dictionary, or with one that extends nothing, a device has no configuration.
  if (field === 'dictionary') return typeof found === 'string' && saysExtends(found) ? 'medium' : 'high';
  return 'medium';
}

function saysExtends(dictionary: string): boolean {
  return /\{%[-+]?\s*extends\b/.test(dictionary);
}
