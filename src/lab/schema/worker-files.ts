/** The files of a worker that are sent to the master unchanged. LAVA reads the keys listed here. */

export const environmentSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Worker environment',
  description:
    'workers/<hostname>/env.yaml (environment of jobs) and env-dut.yaml (variables in test shells on the boards).',
  type: 'object',
  additionalProperties: false,
  properties: {
    purge: {
      type: 'boolean',
      title: 'Purge',
      description: "Start with an empty environment instead of the dispatcher's own.",
    },
    removes: {
      type: ['array', 'null'],
      title: 'Removes',
      description: 'Variables to remove.',
      items: { type: 'string', title: 'Variable', description: 'Name of a variable.', minLength: 1 },
    },
    overrides: {
      type: ['object', 'null'],
      title: 'Overrides',
      description: 'Variables to set. Quote values that YAML would read as something else: "3128", "no".',
      additionalProperties: { type: 'string' },
    },
  },
} as const;

const address = {
  type: 'string',
  pattern: '^\\S+$',
} as const;

/** Keys of dispatcher.yaml up to LAVA 2026.07. */
export const dispatcherSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Dispatcher configuration',
  description: 'workers/<hostname>/dispatcher.yaml: how boards reach the dispatcher.',
  type: 'object',
  additionalProperties: false,
  properties: {
    dispatcher_ip: {
      ...address,
      title: 'Address',
      description: 'Address of the dispatcher, as boards see it.',
    },
    dispatcher_http_ip: {
      ...address,
      title: 'HTTP address',
      description: 'Address[:port] for downloads over HTTP.',
    },
    dispatcher_nfs_ip: {
      ...address,
      title: 'NFS address',
      description: 'Address for root file systems over NFS.',
    },
    dispatcher_tftp_ip: { ...address, title: 'TFTP address', description: 'Address for kernels over TFTP.' },
    prefix: {
      type: 'string',
      title: 'Prefix',
      description: 'Prefix of job IDs in directory names, for several dispatchers on one machine.',
    },
    lxc_path: {
      type: 'string',
      title: 'LXC path',
      description: 'Directory of containers (LAVA up to 2023).',
    },
    http_url_format_string: {
      type: 'string',
      title: 'HTTP cache',
      description: 'URL of a cache, with %s in place of the URL to fetch.',
      pattern: '%s',
    },
    test_docker_bind_mounts: {
      type: 'array',
      title: 'Bind mounts of test containers',
      description: 'Lists of [source, target] or [source, target, options].',
      items: {
        type: 'array',
        title: 'Mount',
        description: '[source, target] or [source, target, options].',
        items: { type: 'string' },
        minItems: 2,
      },
    },
    dispatcher_download_dir: {
      type: 'string',
      title: 'Download directory',
      description: 'Directory of downloads (LAVA 2026).',
    },
    http_cache_fallback_origin_url: {
      title: 'Fall back to the origin',
      description: 'Fetch from the origin when the cache fails (LAVA 2026).',
    },
    http_cache_include_rules: {
      type: 'array',
      title: 'Cached URLs',
      description: 'Which URLs go through the cache (LAVA 2026).',
    },
    http_cache_exclude_rules: {
      type: 'array',
      title: 'URLs not cached',
      description: 'Which URLs do not go through the cache (LAVA 2026).',
    },
  },
} as const;
