import { signaturePolicies, undeclaredPolicies, writeTimes } from '../../model/index.js';
import { contacts, hazardRules, ignoreRules, mode, modeRules, owners } from './parts.js';

export const labSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Lab',
  description: 'lab-config/lab.yaml: the lab as a whole.',
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'name'],
  properties: {
    kind: { const: 'Lab', title: 'Kind', description: 'Always Lab.' },
    name: {
      type: 'string',
      title: 'Name',
      description: 'What people call this lab.',
      pattern: '^[a-zA-Z0-9][-_a-zA-Z0-9. ]{0,99}$',
    },
    contacts,
    maintainers: {
      ...owners,
      title: 'Maintainers',
      description:
        'GitHub users (@user) and teams (@organisation/team) that are responsible for the lab repo: its policy, its masters, and what belongs to no site.',
    },
    policy: {
      type: 'object',
      title: 'Policy',
      description: 'How careful lavaflow is with the masters.',
      additionalProperties: false,
      properties: {
        mode,
        modes: modeRules,
        ignore: ignoreRules,
        hazards: hazardRules,
        prune: {
          type: 'string',
          title: 'Prune',
          description:
            'What happens to an object that left the lab: retire it on the master, or only report it.',
          enum: ['retire', 'report'],
        },
        undeclared: {
          type: 'string',
          title: 'Undeclared fields',
          description:
            "What it means that no file declares a field: lavaflow does not manage it (unmanaged, the default), or it has LAVA's default (default). Access that lavaflow granted is revoked either way when it is no longer declared.",
          enum: undeclaredPolicies,
        },
        maxUpdateShare: {
          type: 'number',
          title: 'Largest share of updates',
          description:
            "Share (0 to 1) of a master's objects that one apply may change without --force. Default 0.3.",
          minimum: 0,
          maximum: 1,
        },
        maxRemoveShare: {
          type: 'number',
          title: 'Largest share of removals',
          description:
            "Share (0 to 1) of a master's objects that one apply may retire or delete without --force. Default 0.3.",
          minimum: 0,
          maximum: 1,
        },
        changes: {
          type: 'string',
          title: 'When to change devices',
          description:
            'When a device gets several changes that belong together: at any time (default); while it is in maintenance, so that no job starts in between; or in maintenance and idle.',
          enum: writeTimes,
        },
        signatures: {
          type: 'string',
          title: 'Signatures',
          description:
            'Whether a revision is applied only if it is signed by one of the signers that the applied revision allows (docs/signatures.md). Default ignored.',
          enum: signaturePolicies,
        },
      },
    },
    deviceTypeSources: {
      type: 'array',
      title: 'Sources of device-type templates',
      description:
        'Sources of templates that are not in device-types. The first source that has a template wins.',
      items: {
        type: 'object',
        title: 'Source',
        description: 'A directory of this lab or machine, or a git repository at one commit.',
        additionalProperties: false,
        properties: {
          directory: {
            type: 'string',
            title: 'Directory',
            description: 'A directory with *.jinja2 files, relative to the lab or absolute.',
            minLength: 1,
          },
          git: {
            type: 'string',
            title: 'Git repository',
            description: 'URL of a git repository, without credentials.',
            pattern: '^(https://|ssh://|file://|git://|[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+:)\\S+$',
          },
          commit: {
            type: 'string',
            title: 'Commit',
            description: 'Full ID of the commit, so that a plan can be repeated.',
            pattern: '^[0-9a-f]{40}$',
          },
          path: {
            type: 'string',
            title: 'Path',
            description:
              'Directory inside the git repository that contains the *.jinja2 files. Default: its root.',
            pattern: '^(?!/)(?!.*(^|/)\\.\\.(/|$)).+$',
          },
        },
        oneOf: [{ required: ['directory'] }, { required: ['git', 'commit'] }],
      },
    },
    overrides: {
      type: 'array',
      title: 'Intended overrides',
      description: 'Names of templates that LAVA ships and that device-types replaces on purpose.',
      items: {
        type: 'string',
        title: 'Template',
        description: 'A template name, without .jinja2.',
        minLength: 1,
      },
    },
  },
} as const;
