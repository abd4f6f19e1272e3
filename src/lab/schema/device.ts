import { aliasPattern, namePattern, site } from './parts.js';

export const deviceSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Device',
  description:
    'device-dictionaries/<hostname>.yaml: what a master should know of a device besides its dictionary. It stands before what sync_to_lava says; what neither says is not touched.',
  type: 'object',
  additionalProperties: false,
  required: ['kind'],
  properties: {
    kind: { const: 'Device', title: 'Kind', description: 'Always Device.' },
    deviceType: {
      type: 'string',
      title: 'Device type',
      description: 'Its device type, when sync_to_lava does not say.',
      pattern: namePattern,
    },
    worker: {
      type: ['string', 'null'],
      title: 'Worker',
      description: 'The worker that it is connected to; null: none.',
      pattern: namePattern,
    },
    site: {
      ...site,
      description: 'Where it stands, when it has no worker that says so: a file in lab-config/sites.',
    },
    description: { type: ['string', 'null'], title: 'Description', description: 'Shown on the master.' },
    health: {
      type: 'string',
      title: 'Health',
      description:
        'Left out: the health on the master stays as it is, so that health checks and people set it.',
      enum: ['Good', 'Unknown', 'Looping', 'Bad', 'Maintenance', 'Retired'],
    },
    version: { type: ['string', 'null'], title: 'Version', description: 'Revision of the hardware.' },
    tags: {
      type: 'array',
      title: 'Tags',
      description: 'Device tags that jobs may ask for.',
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
      description: 'Aliases of the device type, in place of those in sync_to_lava.',
      items: {
        type: 'string',
        title: 'Alias',
        description: 'Another name of the device type.',
        pattern: aliasPattern,
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
        'What groups may do with the device. Without any, everybody may. The groups must exist on the master.',
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
