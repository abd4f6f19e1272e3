import { contacts, maintenanceWindows, owners } from './parts.js';

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
    maintenanceWindows,
  },
} as const;
