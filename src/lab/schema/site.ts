import { contacts, owners } from './parts.js';

const timeOfDay = '^([01][0-9]|2[0-3]):[0-5][0-9]$';

export const siteSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Site',
  description: 'lab-config/sites/<name>.yaml: a place with workers, and who is responsible for it.',
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'owners'],
  properties: {
    kind: { const: 'Site', title: 'Kind', description: 'Always Site.' },
    description: { type: 'string', title: 'Description', description: 'What and where the site is.' },
    owners: {
      ...owners,
      title: 'Owners',
      description:
        'GitHub users (@user) and teams (@organisation/team) that are responsible for the workers and devices here. If there are none, the maintainers of the lab repo are.',
    },
    contacts,
    timeZone: {
      type: 'string',
      title: 'Time zone',
      description: 'IANA name, such as Europe/Berlin. Default: UTC.',
      minLength: 1,
    },
    maintenanceWindows: {
      type: 'array',
      title: 'Maintenance windows',
      description: 'When people may be working on the hardware.',
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
            description:
              "End time, such as '09:00' (in quotes); on the next day if it is earlier than `from`.",
            pattern: timeOfDay,
          },
          reason: { type: 'string', title: 'Reason', description: 'What happens during the window.' },
        },
      },
    },
  },
} as const;
