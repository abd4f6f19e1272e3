import type { FieldValue, ObjectKey, ObjectKind } from '../../model/index.js';
import { readTemplateFacts } from '../../templates/index.js';
import { splitKey } from '../kinds.js';
import type { DriftEffect } from './effect.js';

export const severities = ['high', 'medium', 'low'] as const;
/**
 * How much drift matters (docs/drift.md):
 * - high: boards stop working or are judged wrongly, or others may use them: an object is gone, hardware is out of
 *   service, a configuration is broken or changed for a whole type, health checks are off, access changed;
 * - medium: jobs see something different: a dictionary, tags, an environment;
 * - low: descriptive facts, and texts without any effect.
 */
export type Severity = (typeof severities)[number];

const high: Readonly<Record<ObjectKind, readonly string[]>> = {
  group: ['members', 'permissions'],
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

/** Healths in which no jobs run. */
const outOfService: readonly FieldValue[] = ['Retired', 'Bad', 'Maintenance', 'Looping'];

/**
 * @param field null: the object itself is gone
 * @param effect the effect of drift in a dictionary or template on what is rendered; undefined: unknown
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
  if (typeof found !== 'string' || !saysExtends(found) || isBad(effect)) return 'high';
  return effect === 'nothing' ? 'low' : 'medium';
}

/** The severity of a value that did not stay restored. */
export function raise(severity: Severity): Severity {
  return severity === 'low' ? 'medium' : 'high';
}

/** The text configures many devices, so an unknown effect counts as the worst. */
function severityOfTemplate(effect: DriftEffect | undefined): Severity {
  if (effect === 'nothing') return 'low';
  return effect === 'hidden' ? 'medium' : 'high';
}

function isBad(effect: DriftEffect | undefined): boolean {
  return effect === 'breaks' || effect === 'rejects';
}

function saysExtends(dictionary: string): boolean {
  return readTemplateFacts(dictionary).references.some(({ kind }) => kind === 'extends');
}
