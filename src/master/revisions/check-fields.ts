import { deviceHealths, workerHealths, type ObjectKind } from '../../model/index.js';
import { parseCertificate } from '../../wire/index.js';
import { formatYamlProblem, parseYaml } from '../../pyyaml/index.js';

/** Gives the problem of a value, or null. */
type Check = (value: unknown) => string | null;

const maxTextLength = 1024 * 1024;

const text: Check = (value) =>
  typeof value !== 'string'
    ? 'must be a text'
    : value.length > maxTextLength
      ? `is longer than ${maxTextLength} characters`
      : value.includes('\0')
        ? 'has a NUL character'
        : null;
const flag: Check = (value) => (typeof value === 'boolean' ? null : 'must be true or false');
const count: Check = (value) =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31
    ? null
    : 'must be a whole number, 0 or more';

function orNull(check: Check): Check {
  return (value) => (value === null ? null : check(value));
}

function oneOf(allowed: readonly string[]): Check {
  return (value) => (allowed.some((item) => item === value) ? null : `must be one of ${allowed.join(', ')}`);
}

const label: Check = (value) =>
  typeof value === 'string' && /^[^\s/]{1,100}$/.test(value) ? null : 'must be a short word';

function listOf(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return 'must be a list';
    const items: readonly unknown[] = value;
    if (new Set(items.map((item) => JSON.stringify(item))).size < items.length) return 'has an item twice';
    const problem = items.map(check).find((found) => found !== null);
    return problem === undefined ? null : `has an item that ${problem}`;
  };
}

const frequency: Check = (value) => {
  if (typeof value !== 'object' || value === null) return 'must be {every, unit}';
  const { every, unit, ...rest } = value as Readonly<Record<string, unknown>>;
  if (Object.keys(rest).length > 0) return 'must be {every, unit}';
  if (unit !== 'hours' && unit !== 'jobs') return 'must have the unit hours or jobs';
  return Number.isInteger(every) && Number(every) >= 1 && Number(every) < 2 ** 31
    ? null
    : 'must have a whole number of 1 or more as every';
};

function permissionOn(what: 'device' | 'devicetype'): Check {
  return (value) => {
    if (typeof value !== 'object' || value === null) return 'must be {group, permission}';
    const { group, permission: name } = value as Readonly<Record<string, unknown>>;
    if (typeof group !== 'string' || group === '') return 'must have a group';
    return oneOf([`view_${what}`, `submit_to_${what}`, `change_${what}`])(name);
  };
}

/** A worker's files go to its dispatcher as they are; one that is not YAML would fail every job. */
const yamlMapping: Check = (value) => {
  const problem = text(value);
  if (problem !== null || typeof value !== 'string') return problem;
  const parsed = parseYaml(value);
  return parsed.ok ? null : `is not YAML: ${formatYamlProblem(parsed.problem)}`;
};

const certificate: Check = (value) => {
  if (typeof value !== 'string') return 'must be a text';
  const { publicKey, secretKey } = parseCertificate(value);
  if (secretKey !== null || /^\s*secret-key/m.test(value)) return 'holds a SECRET key: give the .key file';
  return publicKey === null ? 'has no public-key of 40 characters' : null;
};

const checks: Readonly<Record<ObjectKind, Readonly<Record<string, Check>>>> = {
  template: { text: orNull(text) },
  'health-check': { job: orNull(text) },
  'device-type': {
    description: orNull(text),
    display: flag,
    aliases: listOf(label),
    healthCheckFrequency: frequency,
    healthChecksDisabled: flag,
    architecture: orNull(text),
    processor: orNull(text),
    cpuModel: orNull(text),
    bits: orNull(count),
    cores: listOf(text),
    coreCount: orNull(count),
    permissions: listOf(permissionOn('devicetype')),
  },
  worker: {
    description: orNull(text),
    health: oneOf(workerHealths),
    jobLimit: count,
    env: orNull(yamlMapping),
    envDut: orNull(yamlMapping),
    dispatcherConfig: orNull(yamlMapping),
    certificate: orNull(certificate),
  },
  device: {
    deviceType: text,
    worker: orNull(text),
    description: orNull(text),
    health: oneOf(deviceHealths),
    version: orNull(text),
    physicalOwner: orNull(text),
    physicalGroup: orNull(text),
    tags: listOf(label),
    permissions: listOf(permissionOn('device')),
    dictionary: orNull(text),
  },
};

/** Every problem of the fields of one object: unknown names, wrong types, values that cannot work. */
export function checkFields(kind: ObjectKind, fields: Readonly<Record<string, unknown>>): string[] {
  const known = checks[kind];
  return Object.entries(fields).flatMap(([name, value]) => {
    const check = Object.hasOwn(known, name) ? known[name] : undefined;
    if (check === undefined) return [`a ${kind} has no field ${JSON.stringify(name.slice(0, 60))}`];
    const problem = check(value);
    return problem === null ? [] : [`${name} ${problem}`];
  });
}
