import { environmentVariable, ignoreRules, mode, modeRules, site } from './parts.js';

export const masterSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Master',
  description: 'lab-config/masters/<name>.yaml: a LAVA master, or the embedded one.',
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'sites'],
  properties: {
    kind: { const: 'Master', title: 'Kind', description: 'Always Master.' },
    embedded: {
      type: 'object',
      title: 'Embedded master',
      description: 'The master that `lavaflow up` runs on this machine.',
      additionalProperties: false,
      required: ['worker'],
      properties: {
        worker: {
          type: 'string',
          title: 'Worker',
          description: 'The worker of the lab whose dispatcher `lavaflow up` runs.',
          minLength: 1,
        },
      },
    },
    url: {
      type: 'string',
      title: 'URL',
      description: 'The URL of the master, such as https://lava.example.org. Without credentials.',
      pattern: '^https?://[^\\s]+$',
    },
    urlFrom: {
      type: 'object',
      title: 'URL by reference',
      description: 'The master is off until this environment variable contains its URL.',
      additionalProperties: false,
      required: ['env'],
      properties: { env: environmentVariable },
    },
    tokenFrom: {
      type: 'object',
      title: 'Token by reference',
      description: 'Where to find the API token of a superuser. The token itself is never stored in the lab.',
      additionalProperties: false,
      properties: {
        env: environmentVariable,
        file: {
          type: 'string',
          title: 'File',
          description: 'A file that contains the token, relative to the lab; it must not be committed.',
          minLength: 1,
        },
      },
      oneOf: [{ required: ['env'] }, { required: ['file'] }],
    },
    sites: {
      type: 'array',
      title: 'Sites',
      description: 'The sites whose workers and devices this master serves.',
      items: site,
      minItems: 1,
    },
    mode,
    modes: modeRules,
    ignore: ignoreRules,
    release: {
      type: 'string',
      title: 'Release',
      description:
        'The LAVA release that the master should run, such as "2023.01" (in quotes, because it is not a number).',
      pattern: '^[0-9]{4}\\.[0-9]{2}(\\.[0-9]+)?$',
    },
    extraContextVariables: {
      type: 'array',
      title: 'Extra context variables',
      description:
        "Variables that a job's context may set besides LAVA's own: EXTRA_CONTEXT_VARIABLES in the settings of a stock LAVA.",
      items: {
        type: 'string',
        title: 'Name',
        description: 'The name of a variable.',
        pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$',
      },
    },
  },
  oneOf: [{ required: ['embedded'] }, { required: ['url'] }, { required: ['urlFrom'] }],
} as const;
