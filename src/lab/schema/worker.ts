import { maintenanceWindows, site } from './parts.js';

export const workerSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Worker',
  description: 'workers/<hostname>/worker.yaml: a machine that runs jobs on the devices connected to it.',
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'site'],
  properties: {
    kind: { const: 'Worker', title: 'Kind', description: 'Always Worker.' },
    site,
    description: { type: 'string', title: 'Description', description: 'Shown on the master.' },
    health: {
      type: 'string',
      title: 'Health',
      description: 'Active workers get jobs. If absent, the health on the master stays unchanged.',
      enum: ['Active', 'Maintenance', 'Retired'],
    },
    jobLimit: {
      type: 'integer',
      title: 'Job limit',
      description: 'How many jobs may run at the same time; 0 means no limit.',
      minimum: 0,
      maximum: 2147483647,
    },
    dispatcherVersion: {
      type: 'string',
      title: 'Dispatcher version',
      description:
        'The dispatcher release that should run on this machine (in quotes, because it is not a number).',
      minLength: 1,
    },
    maintenanceWindows: {
      ...maintenanceWindows,
      description:
        'When people may be working on this machine and its devices, besides the windows of the site.',
    },
    hardware: {
      type: 'object',
      title: 'Hardware',
      description: 'Facts about the machine, for people.',
      additionalProperties: { type: ['string', 'number', 'boolean'] },
    },
  },
} as const;
