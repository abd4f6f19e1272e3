/** The fields that a change may set, by the kind of its object (see the room `model`). */
import { weekdays } from '../../calendar/index.js';
import { deviceHealths, workerHealths, type ObjectKind } from '../../model/index.js';

const maxTextLength = 1024 * 1024;

const text = textOf('plain');
const flag = { type: 'boolean', problem: 'must be true or false' };
const count = countFrom(0, 'must be a whole number, 0 or more');
const label = {
  type: 'string',
  pattern: '^[^\\s/]{1,100}$',
  content: 'plain',
  problem: 'must have 1 to 100 characters, without spaces and slashes',
};

const username = {
  type: 'string',
  minLength: 1,
  maxLength: 150,
  content: 'plain',
  problem: 'must have 1 to 150 characters',
};
const globalPermission = {
  type: 'string',
  pattern: '^[a-z_]{1,100}\\.[a-z_]{1,100}\\.[a-z_]{1,100}$',
  problem: 'must be APPLICATION.MODEL.CODENAME',
};

function textOf(content: 'plain' | 'yaml' | 'certificate') {
  const problem = { type: 'must be a string', maxLength: `is longer than ${maxTextLength} characters` };
  return { type: 'string', maxLength: maxTextLength, content, problem };
}

function countFrom(minimum: number, problem: string) {
  return { type: 'integer', minimum, maximum: 2 ** 31 - 1, problem };
}

function orNull<T extends { readonly type: string }>(schema: T) {
  return { ...schema, type: [schema.type, 'null'] };
}

function wordFrom(words: readonly string[]) {
  return { enum: words, problem: `must be one of ${words.join(', ')}` };
}

function listOf(items: object) {
  const problem = { type: 'must be a list', uniqueItems: 'contains an item twice' };
  return { type: 'array', uniqueItems: true, items, problem };
}

const frequency = {
  type: 'object',
  required: ['every', 'unit'],
  additionalProperties: false,
  properties: {
    every: countFrom(1, 'must specify every as a whole number, 1 or more'),
    unit: { enum: ['hours', 'jobs'], problem: 'must specify the unit hours or jobs' },
  },
  problem: 'must be {every, unit}',
};

function permissionsOn(what: 'device' | 'devicetype') {
  return listOf({
    type: 'object',
    required: ['group', 'permission'],
    properties: {
      group: { type: 'string', minLength: 1, problem: 'must specify a group' },
      permission: wordFrom([`view_${what}`, `submit_to_${what}`, `change_${what}`]),
    },
    problem: 'must be {group, permission}',
  });
}

const clockTime = { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', problem: 'must be HH:MM' };

const maintenanceWindows = listOf({
  type: 'object',
  required: ['timeZone', 'days', 'from', 'to', 'of', 'reason'],
  additionalProperties: false,
  properties: {
    timeZone: { type: 'string', content: 'timeZone', problem: 'must specify a timeZone' },
    days: listOf(wordFrom(weekdays)),
    from: clockTime,
    to: clockTime,
    of: label255('of'),
    reason: orNull(text),
  },
  problem: 'must be {timeZone, days, from, to, of, reason}',
});

function label255(name: string) {
  const problem = `must specify ${name} in 1 to 255 characters`;
  return { type: 'string', minLength: 1, maxLength: 255, content: 'plain', problem };
}

function fieldsOf(properties: Readonly<Record<string, object>>) {
  return { type: 'object', additionalProperties: false, properties };
}

export const fieldSchemas: Readonly<Record<ObjectKind, object>> = {
  group: fieldsOf({
    members: listOf(username),
    permissions: listOf(globalPermission),
  }),
  template: fieldsOf({ text: orNull(text) }),
  'health-check': fieldsOf({ job: orNull(text) }),
  'device-type': fieldsOf({
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
    permissions: permissionsOn('devicetype'),
  }),
  worker: fieldsOf({
    description: orNull(text),
    health: wordFrom(workerHealths),
    jobLimit: count,
    env: orNull(textOf('yaml')),
    envDut: orNull(textOf('yaml')),
    dispatcherConfig: orNull(textOf('yaml')),
    certificate: orNull(textOf('certificate')),
    maintenanceWindows,
  }),
  device: fieldsOf({
    deviceType: text,
    worker: orNull(text),
    description: orNull(text),
    health: wordFrom(deviceHealths),
    version: orNull(text),
    physicalOwner: orNull(text),
    physicalGroup: orNull(text),
    tags: listOf(label),
    permissions: permissionsOn('device'),
    dictionary: orNull(text),
    maintenanceWindows,
  }),
};
