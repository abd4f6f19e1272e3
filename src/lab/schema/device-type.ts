// Limits are those of the columns in LAVA's database (lava_scheduler_app/models.py, 2020.05 to 2026.10).
import { aliasPattern } from './parts.js';

export const deviceTypeSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Device type',
  description:
    'device-types/<type>.yaml: settings of a device type on the master, besides its template. Absent fields are not touched.',
  type: 'object',
  additionalProperties: false,
  required: ['kind'],
  properties: {
    kind: { const: 'DeviceType', title: 'Kind', description: 'Always DeviceType.' },
    description: { type: 'string', title: 'Description', description: 'Shown on the master.' },
    display: {
      type: 'boolean',
      title: 'Display',
      description: 'Whether the type is listed. LAVA schedules no jobs on a type that is not.',
    },
    aliases: {
      type: 'array',
      title: 'Aliases',
      description: 'Other names by which a job can request this type.',
      items: {
        type: 'string',
        title: 'Alias',
        description:
          'A name in the format of a device type, or one from a device tree, such as ti,omap4-panda.',
        pattern: aliasPattern,
        maxLength: 200,
      },
    },
    healthCheckFrequency: {
      type: 'object',
      title: 'Health-check frequency',
      description: 'When a device runs its health check again: {hours: 24} or {jobs: 10}.',
      additionalProperties: false,
      properties: {
        hours: {
          type: 'integer',
          title: 'Hours',
          description: 'After this many hours.',
          minimum: 1,
          maximum: 100000,
        },
        jobs: {
          type: 'integer',
          title: 'Jobs',
          description: 'After this many other jobs.',
          minimum: 1,
          maximum: 100000,
        },
      },
      oneOf: [{ required: ['hours'] }, { required: ['jobs'] }],
    },
    healthChecksDisabled: {
      type: 'boolean',
      title: 'Health checks disabled',
      description: 'Devices get jobs without ever running a health check.',
    },
    architecture: {
      type: 'string',
      title: 'Architecture',
      description: 'An architecture that the master knows, such as ARMv8.',
      minLength: 1,
      maxLength: 100,
    },
    processor: {
      type: 'string',
      title: 'Processor family',
      description: 'A processor family that the master knows.',
      minLength: 1,
      maxLength: 100,
    },
    cpuModel: {
      type: 'string',
      title: 'CPU model',
      description: 'Free text, such as Cortex-A53.',
      minLength: 1,
      maxLength: 100,
    },
    bits: { type: 'integer', title: 'Bits', description: 'Word size of the CPU.', minimum: 1, maximum: 128 },
    cores: {
      type: 'array',
      title: 'Cores',
      description: 'Core names that the master knows.',
      items: { type: 'string', title: 'Core', description: 'A core name.', minLength: 1, maxLength: 100 },
    },
    coreCount: {
      type: 'integer',
      title: 'Core count',
      description: 'Number of cores.',
      minimum: 1,
      maximum: 32767,
    },
    permissions: {
      type: 'array',
      title: 'Permissions',
      description:
        'Permissions of groups for all devices of this type. If there are none, everybody has access. The groups must exist on the master or in lab-config/groups.',
      items: {
        type: 'object',
        title: 'Permission',
        description: 'One permission of one group.',
        additionalProperties: false,
        required: ['group', 'permission'],
        properties: {
          group: {
            type: 'string',
            title: 'Group',
            description: 'The name of a group on the master.',
            minLength: 1,
            maxLength: 150,
          },
          permission: {
            type: 'string',
            title: 'Permission',
            description: 'Each one includes those before it.',
            enum: ['view_devicetype', 'submit_to_devicetype', 'change_devicetype'],
          },
        },
      },
    },
    overridesShippedTemplate: {
      type: 'boolean',
      title: 'Overrides a shipped template',
      description:
        'Confirms that <type>.jinja2 replaces the template that LAVA ships under the same name on purpose.',
    },
  },
} as const;
