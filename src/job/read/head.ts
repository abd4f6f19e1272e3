import { isMapping } from '../../pyyaml/index.js';
import type { JobHead, Visibility } from '../definition.js';
import type { JobSource } from '../source.js';
import { wrongPriority } from '../wording.js';
import { list, mapping, optional, required } from './collections.js';
import type { Place } from './place.js';
import { roles } from './roles.js';
import { jobTimeouts } from './timeouts.js';
import { anyMapping, anything, bool, describe, matching, text, type Reader } from './values.js';

export const shortText = matching(/^[\s\S]{1,200}$/u, 'a string of 1 to 200 characters');

const namedPriorities: ReadonlyMap<unknown, number> = new Map([
  ['low', 0],
  ['medium', 50],
  ['high', 100],
]);

const keys = {
  job_name: required(shortText),
  device_type: optional(shortText),
  visibility: optional(forQueue(visibility)),
  priority: optional(forQueue(priority)),
  tags: optional(forQueue(list(text))),
  timeouts: required(jobTimeouts),
  actions: required(list(anything)),
  context: optional(anyMapping),
  environment: optional(anyMapping),
  metadata: optional(forQueue(anyMapping)),
  notify: optional(forQueue(anyMapping)),
  secrets: optional(anyMapping),
  protocols: optional(
    mapping({
      'lava-multinode': optional(roles),
      'lava-lxc': optional(anything),
      'lava-vland': optional(anything),
      'lava-xnbd': optional(anything),
    }),
  ),
  reboot_to_fastboot: optional(bool),
};

const head = mapping(keys);

/** Reads everything in a job except the contents of its actions (job schema of LAVA 2023.01). */
export function readHead(source: JobSource, place: Place): JobHead | null {
  const before = place.problemCount;
  const { addedKeys } = place.rules;
  const read = head(
    Object.fromEntries(Object.entries(source).filter(([key]) => !addedKeys.includes(key))),
    place,
  );
  if (read === null || place.problemCount > before) return null;
  return {
    name: read.job_name,
    deviceType: read.device_type ?? null,
    visibility: read.visibility ?? 'personal',
    priority: read.priority ?? 50,
    tags: read.tags ?? [],
    context: read.context ?? {},
    environment: read.environment ?? {},
    timeouts: read.timeouts,
    roles: read.protocols?.['lava-multinode'] ?? new Map(),
  };
}

/** The keys that only a master reads. A worker accepts any value. */
function forQueue<T>(read: Reader<T>): Reader<T | undefined> {
  return (value, place) => (place.rules.readsQueueKeys ? read(value, place) : undefined);
}

function visibility(value: unknown, place: Place): Visibility | null {
  if (value === 'public' || value === 'personal') return value;
  // LAVA accepts a mapping without groups: then only administrators can view the job.
  if (isMapping(value) && Object.keys(value).length === 0) return { group: [] };
  if (isMapping(value) && Object.keys(value).length === 1) {
    const group = list(text)(value['group'], place.in('group'));
    return group && { group };
  }
  return place.report('must be public, personal or {group: [names]}');
}

/** A name, or a number from 0 to 100. */
function priority(value: unknown, place: Place): number | null {
  const named = namedPriorities.get(value);
  if (named !== undefined) return named;
  // In Python, true is 1.
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 100) return value;
  return place.report(wrongPriority(describe(value)));
}
