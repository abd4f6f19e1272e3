import { aliasPattern, maintenanceWindows, namePattern, site } from './parts.js';

export const deviceSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Device',
  description:
    'device-dictionaries/<hostname>.yaml: settings of a device on the master, besides its dictionary. They override sync_to_lava; fields in neither are not touched.',
  type: 'object',
  additionalProperties: false,
  required: ['kind'],
  properties: {
    kind: { const: 'Device', title: 'Kind', description: 'Always Device.' },
    deviceType: {
      type: 'string',
      title: 'Device type',
      description: 'The device type, if sync_to_lava does not specify it.',
      pattern: namePattern,
    },
    worker: {
      type: ['string', 'null'],
      title: 'Worker',
      description: 'The worker that the device is connected to; null means none.',
      pattern: namePattern,
    },
    site: {
      ...site,
      description: 'The site of a device without a worker: a file in lab-config/sites.',
    },
    maintenanceWindows: {
      ...maintenanceWindows,
      description: 'When people may be working on this device, besides the windows of its worker and site.',
    },
    description: { type: ['string', 'null'], title: 'Description', description: 'Shown on the master.' },
    health: {
      type: 'string',
      title: 'Health',
      description:
        'If absent, lavaflow does not change the health on the master; health checks and users set it.',
      enum: ['Good', 'Unknown', 'Looping', 'Bad', 'Maintenance', 'Retired'],
    },
    version: {
      type: ['string', 'null'],
      title: 'Version',
      description: 'Revision of the hardware.',
      maxLength: 200,
    },
    tags: {
      type: 'array',
      title: 'Tags',
      description: 'Device tags that jobs can request.',
      items: {
        type: 'string',
        title: 'Tag',
        description: 'Letters, digits, "-" and "_".',
        pattern: '^[-a-zA-Z0-9_]+$',
        maxLength: 50,
      },
    },
    aliases: {
      type: 'array',
      title: 'Aliases',
      description: 'Aliases of the device type, instead of those in sync_to_lava.',
      items: {
        type: 'string',
        title: 'Alias',
        description: 'Another name of the device type.',
        pattern: aliasPattern,
        maxLength: 200,
      },
    },
    physicalOwner: {
      type: ['string', 'null'],
      title: 'Owner',
      description: 'The name of a user on the master.',
      minLength: 1,
      maxLength: 150,
    },
    physicalGroup: {
      type: ['string', 'null'],
      title: 'Group',
      description: 'The name of a group on the master.',
      minLength: 1,
      maxLength: 150,
    },
    permissions: {
      type: 'array',
      title: 'Permissions',
      description:
        'Permissions of groups for the device. If there are none, everybody has access. The groups must exist on the master or in lab-config/groups.',
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
            enum: ['view_device', 'submit_to_device', 'change_device'],
          },
        },
      },
    },
  },
} as const;
