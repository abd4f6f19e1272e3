const anything = {} as const;

/** The outer structure of a LAVA job, as far as every release checks it at submission (reference, section 7). */
export const healthCheckSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Health check',
  description:
    'device-types/<type>.health-check.yaml: a LAVA job that checks that a device of this type works.',
  type: 'object',
  additionalProperties: false,
  required: ['job_name', 'timeouts', 'visibility', 'actions'],
  properties: {
    job_name: {
      type: 'string',
      title: 'Name',
      description: 'Shown in the list of jobs.',
      minLength: 1,
      maxLength: 200,
    },
    device_type: { type: 'string', title: 'Device type', description: 'The type that the check is for.' },
    visibility: {
      type: ['string', 'object'],
      title: 'Visibility',
      description: 'public, personal or {group: [...]}.',
    },
    priority: {
      type: ['string', 'integer'],
      title: 'Priority',
      description: 'high, medium, low or 0 to 100.',
    },
    timeouts: {
      type: 'object',
      title: 'Timeouts',
      description: 'Limits of the job and its parts.',
      required: ['job'],
      properties: {
        job: { type: 'object', title: 'Job', description: 'Limit of the whole job, such as {minutes: 5}.' },
      },
    },
    actions: {
      type: 'array',
      title: 'Actions',
      description: 'What the job does: deploy, boot, test, command.',
      items: {
        type: 'object',
        title: 'Action',
        description: 'One action: a mapping with one key.',
        additionalProperties: false,
        maxProperties: 1,
        minProperties: 1,
        properties: {
          deploy: { type: 'object', title: 'Deploy', description: 'Brings files to the device.' },
          boot: { type: 'object', title: 'Boot', description: 'Boots the device.' },
          test: { type: 'object', title: 'Test', description: 'Runs tests.' },
          command: { type: 'object', title: 'Command', description: 'Runs a command of the device.' },
        },
      },
    },
    context: { type: 'object', title: 'Context', description: 'Variables for the device dictionary.' },
    metadata: { type: 'object', title: 'Metadata', description: 'Free facts about the job.' },
    environment: { type: 'object', title: 'Environment', description: 'Variables for test shells.' },
    tags: {
      type: 'array',
      title: 'Tags',
      description: 'Device tags that the job needs.',
      items: { type: 'string' },
    },
    protocols: { type: 'object', title: 'Protocols', description: 'Protocols such as lava-xnbd.' },
    notify: { type: 'object', title: 'Notify', description: 'Who is notified of the result.' },
    secrets: {
      ...anything,
      title: 'Secrets',
      description: 'Not for a lab: a health check is readable by everybody.',
    },
    reboot_to_fastboot: { type: 'boolean', title: 'Reboot to fastboot', description: 'After the job.' },
  },
} as const;
