import { isMapping } from '../../pyyaml/index.js';
import type { Role } from '../definition.js';
import { list, mapping, optional, required } from './collections.js';
import { missingRole } from '../wording.js';
import type { Place } from './place.js';
import { timeout } from './timeouts.js';
import { anyMapping, bool, text, wholeNumber } from './values.js';

const common = {
  count: required(wholeNumber(0)),
  context: optional(anyMapping),
  tags: optional(list(text)),
  environment: optional(anyMapping),
  essential: optional(bool),
  timeout: optional(timeout),
};

const primary = mapping({ device_type: required(text), ...common });

const secondary = mapping({
  connection: required(text),
  host_role: required(text),
  expect_role: required(text),
  request: optional(text),
  ...common,
});

const multinode = mapping({ roles: required(readRoles), timeout: optional(timeout) });

/** Reads `protocols.lava-multinode`. A role has its own devices, or it connects to those of another role. */
export function roles(value: unknown, place: Place): ReadonlyMap<string, Role> | null {
  return multinode(value, place)?.roles ?? null;
}

function readRoles(value: unknown, place: Place): ReadonlyMap<string, Role> | null {
  const source = anyMapping(value, place);
  if (source === null) return null;
  const read = new Map<string, Role>();
  for (const [name, item] of Object.entries(source)) {
    const role = readRole(item, place.in(name));
    if (role !== null) read.set(name, role);
    for (const key of ['host_role', 'expect_role'] as const) {
      const other = role?.secondary?.[key === 'host_role' ? 'hostRole' : 'expectRole'];
      if (other !== undefined && !Object.hasOwn(source, other)) {
        place.in(name, key).report(missingRole(other));
      }
    }
  }
  return read;
}

function readRole(value: unknown, place: Place): Role | null {
  const isSecondary = isMapping(value) && Object.hasOwn(value, 'connection');
  if (!isSecondary) {
    const read = primary(value, place);
    return read && { ...toCommon(read), deviceType: read.device_type, secondary: null };
  }
  const read = secondary(value, place);
  if (read === null) return null;
  const { connection, host_role: hostRole, expect_role: expectRole } = read;
  return { ...toCommon(read), deviceType: null, secondary: { connection, hostRole, expectRole } };
}

function toCommon(read: Omit<NonNullable<ReturnType<typeof primary>>, 'device_type'>) {
  return {
    count: read.count,
    tags: read.tags ?? [],
    context: read.context ?? {},
    environment: read.environment ?? {},
    isEssential: read.essential ?? false,
    timeoutMs: read.timeout?.durationMs,
  };
}
