import { groupPermissions } from './group-permissions.js';

export const groupSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Group',
  description:
    'lab-config/groups/<name>.yaml: a group of users on the masters. Absent keys are not touched; users are never created.',
  type: 'object',
  additionalProperties: false,
  required: ['kind'],
  properties: {
    kind: { const: 'Group', title: 'Kind', description: 'Always Group.' },
    members: {
      type: 'array',
      title: 'Members',
      description:
        'The names of users on the master. [] means nobody; without this key, lavaflow does not touch the memberships.',
      maxItems: 5000,
      items: {
        type: 'string',
        title: 'Member',
        description: 'The name of a user.',
        pattern: '^\\S+$',
        maxLength: 150,
      },
    },
    permissions: {
      type: 'array',
      title: 'Permissions',
      description:
        'What the members may do on the whole master: <application>.<model>.<codename>. Without this key, lavaflow does not touch them.',
      items: {
        type: 'string',
        title: 'Permission',
        description: 'A permission of LAVA, such as lava_scheduler_app.device.add_device.',
        enum: groupPermissions,
      },
    },
  },
} as const;
