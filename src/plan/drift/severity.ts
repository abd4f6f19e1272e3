import type { FieldValue, ObjectKey, ObjectKind } from '../../model/index.js';
import { readTemplateFacts } from '../../templates/index.js';
import { splitKey } from '../kinds.js';
import type { DriftEffect } from './effect.js';

export const severities = ['high', 'medium', 'low'] as const;
/**
 * How much drift matters (docs/drift.md):
 * - high: boards stop working or are judged wrongly, or others may use them: an object is gone, hardware is out of
 *   service, a configuration is broken or changed for a whole type, health checks are off, access changed;
 * - medium: jobs see something else: a dictionary, tags, an environment;
 * - low: facts for people, and texts that make no difference.
 */
export type Severity = (typeof severities)[number];

const high: Readonly<Record<ObjectKind, readonly string[]>> = {
  template: [],
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

/**
 * @param field null: the object itself is gone
 * @param effect what the drift of a dictionary or template does to what is rendered; none: it is not known
 */
export function severityOf(
  key: ObjectKey,
  field: string | null,
  found: FieldValue | undefined,
  effect?: DriftEffect,
): Severity {
  if (field === null || high[splitKey(key).kind].includes(field)) return 'high';
  if (low.includes(field)) return 'low';
  if (field === 'health') return outOfService.includes(found ?? null) ? 'high' : 'medium';
  if (field === 'text') return typeof found === 'string' ? severityOfTemplate(effect) : 'high';
  // Without a dictionary, or with one that extends nothing, a device has no configuration.
  if (field !== 'dictionary') return 'medium';
  if (typeof found !== 'string' || !saysExtends(found) || effect === 'breaks') return 'high';
  return effect === 'nothing' ? 'low' : 'medium';
}

/** Of what stays so although it was put back several times. */
export function raise(severity: Severity): Severity {
  return severity === 'low' ? 'medium' : 'high';
}

/** It is the configuration of many devices: where it is not known what it does, it is taken for the worst. */
function severityOfTemplate(effect: DriftEffect | undefined): Severity {
  if (effect === 'nothing') return 'low';
  return effect === 'hidden' ? 'medium' : 'high';
}

function saysExtends(dictionary: string): boolean {
  return readTemplateFacts(dictionary).references.some(({ kind }) => kind === 'extends');
}
