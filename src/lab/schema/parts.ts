/** Parts that several schemas share. Each field has a title and a description, which editors show. */

/** A name that LAVA accepts for workers, devices and device types, and that is also a safe file name. */
export const namePattern = '^[a-zA-Z0-9_][-_a-zA-Z0-9.@]*$';
/** LAVA's aliases are often names from device trees. */
export const aliasPattern = '^[a-zA-Z0-9_][-_a-zA-Z0-9.@,+]*$';

export const site = {
  type: 'string',
  title: 'Site',
  description: 'The name of a file in lab-config/sites, without .yaml.',
  pattern: namePattern,
} as const;

export const environmentVariable = {
  type: 'string',
  title: 'Environment variable',
  description: 'The name of an environment variable. The value is never stored in the lab.',
  pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
} as const;

export const mode = {
  type: 'string',
  title: 'Drift mode',
  description:
    'What to do about a change made on the master by hand: observe (report it), warn (report it and fail), enforce (restore the value of the lab).',
  enum: ['observe', 'warn', 'enforce'],
} as const;

const rulePath = {
  type: 'string',
  title: 'Path',
  description:
    'The fields: <kind>/<name>/<field>, with * for any number of characters, such as device/*/description or worker/berlin-*/*.',
  pattern: '^[^/\\s]+/[^/\\s]+/[^/\\s]+$',
  maxLength: 300,
} as const;

export const modeRules = {
  type: 'array',
  title: 'Drift modes by path',
  description:
    'Drift modes of individual fields. The last matching rule wins; the rules of a master follow those of the lab.',
  maxItems: 200,
  items: {
    type: 'object',
    title: 'Rule',
    description: 'The drift mode of the fields that match the path.',
    additionalProperties: false,
    required: ['path', 'mode'],
    properties: { path: rulePath, mode },
  },
} as const;

function ruleWithReason<D extends string, R extends string>(description: D, reason: R) {
  return {
    type: 'object',
    title: 'Rule',
    description,
    additionalProperties: false,
    required: ['path'],
    properties: {
      path: rulePath,
      reason: { type: 'string', title: 'Reason', description: reason, minLength: 1 },
    },
  } as const;
}

export const hazardRules = {
  type: 'array',
  title: 'Hazardous fields',
  description:
    'Changes of these fields require a maintainer, besides the owner of the object. Replaces the default list; an empty list means that there are none.',
  maxItems: 200,
  items: ruleWithReason(
    'Fields that match the path are hazardous. The field of a device can be a key of its rendered configuration: configuration.commands.power_on.',
    'Why a change is hazardous.',
  ),
} as const;

/** GitHub users and teams. */
export const owners = {
  type: 'array',
  items: {
    type: 'string',
    title: 'Owner',
    description: '@user or @organisation/team.',
    pattern: '^@[A-Za-z0-9][A-Za-z0-9-]*(/[A-Za-z0-9._-]+)?$',
  },
} as const;

export const ignoreRules = {
  type: 'array',
  title: 'Ignored fields',
  description:
    'Fields that are managed elsewhere: not compared, written, adopted or reported. The lab must not specify them as well.',
  maxItems: 200,
  items: ruleWithReason('Fields that match the path are ignored.', 'Why lavaflow ignores the fields.'),
} as const;

export const contacts = {
  type: 'array',
  title: 'Contacts',
  description: 'People to ask.',
  items: {
    type: 'object',
    title: 'Contact',
    description: 'A person or a team.',
    additionalProperties: false,
    required: ['name'],
    properties: {
      name: { type: 'string', title: 'Name', description: 'A person or a team.', minLength: 1 },
      email: {
        type: 'string',
        title: 'E-mail address',
        description: 'An address for reports.',
        pattern: '^[^\\s@]+@[^\\s@]+$',
      },
      chat: { type: 'string', title: 'Chat', description: 'A channel or a handle.', minLength: 1 },
    },
  },
} as const;

const timeOfDay = '^([01][0-9]|2[0-3]):[0-5][0-9]$';

export const maintenanceWindows = {
  type: 'array',
  title: 'Maintenance windows',
  description: 'When people may be working on the hardware. An embedded master runs no jobs then.',
  items: {
    type: 'object',
    title: 'Window',
    description: 'A period on some days of the week, in the time zone of the site.',
    additionalProperties: false,
    required: ['days', 'from', 'to'],
    properties: {
      days: {
        type: 'array',
        title: 'Days',
        description: 'The days on which the window opens.',
        items: {
          type: 'string',
          title: 'Day',
          description: 'A day of the week.',
          enum: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
        },
        minItems: 1,
      },
      from: {
        type: 'string',
        title: 'From',
        description: "Start time, such as '07:00' (in quotes).",
        pattern: timeOfDay,
      },
      to: {
        type: 'string',
        title: 'To',
        description: "End time, such as '09:00' (in quotes); on the next day if it is not later than `from`.",
        pattern: timeOfDay,
      },
      reconcile: {
        type: 'string',
        title: 'Reconcile',
        description:
          'Whether lavaflow changes the worker, or the device, in the window: allowed (as at any other time; the default), required (only in it), denied (not in it).',
        enum: ['allowed', 'required', 'denied'],
      },
      reason: { type: 'string', title: 'Reason', description: 'What happens during the window.' },
    },
  },
} as const;
