/**
 * The files of a worker that are sent to the master unchanged. What each key accepts follows from what LAVA's worker does
 * with it, from 2020.05 to 2026.10 (docs/lab-repo.md lists every intended difference).
 */

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
    // LAVA iterates over both without a check, and raises TypeError if nothing follows the key.
    removes: {
      type: 'array',
      title: 'Removes',
      description: 'Variables to remove.',
      items: { type: 'string', title: 'Variable', description: 'Name of a variable.', minLength: 1 },
    },
    overrides: {
      type: 'object',
      title: 'Overrides',
      description: 'Variables to set. Quote values that YAML would read as something else: "3128", "no".',
      additionalProperties: { type: 'string' },
    },
  },
} as const;

/** LAVA uses a key that exists, even with nothing after it: jobs would then get the address "None". */
const address = {
  type: 'string',
  pattern: '^\\S+$',
} as const;

/** Which URLs go through the HTTP cache. Nothing after the key means the same as no key. */
const cacheRules = {
  type: ['array', 'null'],
  items: { type: 'string', title: 'Rule', description: 'A Python regular expression.', minLength: 1 },
} as const;

const limit = { type: 'integer', minimum: 1 } as const;

/** Our executor's own key, which a LAVA worker ignores (src/job/worker/settings.ts has the defaults). */
const lavaflow = {
  type: 'object',
  title: 'lavaflow',
  description: 'What jobs may use of the worker (docs/jobs.md). LAVA ignores this key.',
  additionalProperties: false,
  properties: {
    limits: {
      type: 'object',
      title: 'Limits per job',
      description: 'A job that exceeds a limit fails with error type Job.',
      additionalProperties: false,
      properties: {
        log_mib: { ...limit, title: 'Log size', description: 'Size of the log in MiB. Default: 256.' },
        log_lines: { ...limit, title: 'Log lines', description: 'Lines of the log. Default: 2000000.' },
        log_kib_per_second: {
          ...limit,
          title: 'Log rate',
          description: 'Growth of the log in KiB per second, on average over 16 s. Default: 1024.',
        },
        download_mib: {
          ...limit,
          title: 'Download size',
          description: 'Size of an image as it is downloaded, in MiB. Default: 16384.',
        },
        image_mib: {
          ...limit,
          title: 'Image size',
          description: 'Size of an unpacked image in MiB. Default: 32768.',
        },
        disk_mib: {
          ...limit,
          title: 'Disk',
          description: 'Size of all files of a job in MiB. Default: 65536.',
        },
        free_disk_mib: {
          ...limit,
          title: 'Free disk',
          description: 'What must stay free on the disk, in MiB. Default: 512.',
        },
      },
    },
    image_directories: {
      type: 'array',
      title: 'Image directories',
      description: 'Directories from which jobs may read file:// images. Default: /var/tmp/lavaflow/images.',
      items: { type: 'string', title: 'Directory', description: 'An absolute path.', pattern: '^/' },
    },
    qemu_options: {
      type: 'array',
      title: 'QEMU options',
      description: 'Options of QEMU that jobs may use with any value, such as -virtfs.',
      items: {
        type: 'string',
        title: 'Option',
        description: 'The name of an option, such as -virtfs.',
        pattern: '^-[A-Za-z][A-Za-z0-9-]*$',
      },
    },
  },
} as const;

/** The keys of dispatcher.yaml that a LAVA worker reads, from 2020.05 to 2026.10, and our own. */
export const dispatcherSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Dispatcher configuration',
  description: 'workers/<hostname>/dispatcher.yaml: how boards reach the dispatcher.',
  type: 'object',
  additionalProperties: false,
  properties: {
    lavaflow,
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
    dispatcher_tftp_ip: {
      type: ['string', 'null'],
      title: 'TFTP address',
      description: 'Address for kernels over TFTP.',
      pattern: address.pattern,
    },
    prefix: {
      type: 'string',
      title: 'Prefix',
      description: 'Prefix of job IDs in directory names, for several dispatchers on one machine.',
    },
    lxc_path: {
      type: 'string',
      title: 'LXC path',
      description: 'Directory of containers (LAVA up to 2026.02).',
      minLength: 1,
    },
    http_url_format_string: {
      type: ['string', 'null'],
      title: 'HTTP cache',
      description: 'URL of a cache, with %s exactly once, in place of the URL to fetch. Write other % as %%.',
      // LAVA formats it with Python's % operator, which fails on anything else.
      pattern: '^(?:(?:[^%]|%%)*%s(?:[^%]|%%)*)?$',
    },
    test_docker_bind_mounts: {
      type: 'array',
      title: 'Bind mounts of test containers',
      description: 'Lists of [source, target], which is read-only, or [source, target, rw].',
      items: {
        type: 'array',
        title: 'Mount',
        description: 'Write [source, target], which is read-only, or [source, target, rw].',
        items: [{ type: 'string' }, { type: 'string' }, { const: 'rw' }],
        additionalItems: false,
        minItems: 2,
        maxItems: 3,
      },
    },
    nbd_server_port: {
      type: 'string',
      title: 'NBD port',
      description: 'The port of the NBD server in quotes, or auto.',
      pattern: '^(?:[0-9]+|auto)$',
    },
    tftp_size_limit: {
      type: 'integer',
      title: 'TFTP limit',
      description: 'The size in bytes from which a file is too large for TFTP.',
      minimum: 1,
    },
    dispatcher_download_dir: {
      type: 'string',
      title: 'Download directory',
      description: 'Directory of downloads (LAVA since 2025.02).',
      minLength: 1,
    },
    http_cache_fallback_origin_url: {
      type: ['boolean', 'null'],
      title: 'Fall back to the origin',
      description: 'Fetch from the origin when the cache fails (LAVA since 2025.10).',
    },
    http_cache_include_rules: {
      ...cacheRules,
      title: 'Cached URLs',
      description: 'Which URLs go through the cache (LAVA since 2025.10).',
    },
    http_cache_exclude_rules: {
      ...cacheRules,
      title: 'URLs not cached',
      description: 'Which URLs do not go through the cache (LAVA since 2025.10).',
    },
    rclone_path: {
      type: ['string', 'null'],
      title: 'rclone',
      description: 'The path of the rclone program (LAVA since 2026.06).',
    },
    rclone_config: {
      type: ['string', 'null'],
      title: 'rclone configuration',
      description: 'The path of a configuration file of rclone (LAVA since 2026.06).',
    },
  },
} as const;
