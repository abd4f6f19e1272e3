import { environmentVariable } from './parts.js';

/** A mailbox without a display name, as SMTP has it. */
export const mailboxPattern = "^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$";
const domainPattern = '^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$';

const mailbox = {
  type: 'string',
  title: 'Address',
  description: 'An address, without the name of a person.',
  pattern: mailboxPattern,
  maxLength: 254,
} as const;

function secret<D extends string>(title: string, description: D) {
  return {
    type: 'object',
    title,
    description,
    additionalProperties: false,
    properties: {
      env: environmentVariable,
      file: {
        type: 'string',
        title: 'File',
        description: 'A file that contains it, relative to the file with the notifications.',
        minLength: 1,
      },
    },
    oneOf: [{ required: ['env'] }, { required: ['file'] }],
  } as const;
}

const seconds = { type: 'integer', minimum: 0, maximum: 86_400 } as const;

export const notificationsSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Notifications',
  description:
    'Where the controller sends messages about incidents. A file of the machine on which it runs, never of the lab repo.',
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'channels'],
  properties: {
    kind: { const: 'Notifications', title: 'Kind', description: 'Always Notifications.' },
    confirmSeconds: {
      ...seconds,
      title: 'Seconds until a message',
      description: 'How long a disturbance that may end by itself lasts before it is announced. Default: 60.',
    },
    recoverSeconds: {
      ...seconds,
      title: 'Seconds until the end',
      description: 'How long nothing is seen of an incident before it is over. Default: 120.',
    },
    channels: {
      type: 'array',
      title: 'Channels',
      description: 'Each message goes to all of them.',
      maxItems: 20,
      items: {
        type: 'object',
        title: 'Channel',
        description: 'Mail, a chat, or a command.',
        additionalProperties: false,
        required: ['name'],
        properties: {
          name: {
            type: 'string',
            title: 'Name',
            description: 'What the status and the log call it.',
            pattern: '^[a-zA-Z0-9][-_a-zA-Z0-9. ]{0,99}$',
          },
          mail: {
            type: 'object',
            title: 'Mail',
            description: 'Mail through an SMTP server.',
            additionalProperties: false,
            required: ['host', 'from'],
            properties: {
              host: {
                type: 'string',
                title: 'Host',
                description: 'The name or address of the SMTP server.',
                pattern: '^\\S+$',
              },
              port: {
                type: 'integer',
                title: 'Port',
                description: 'Default: 465 if tls is implicit, otherwise 587.',
                minimum: 1,
                maximum: 65_535,
              },
              tls: {
                type: 'string',
                title: 'TLS',
                description:
                  'When the connection is encrypted: after STARTTLS (starttls, the default), from the start (implicit), or never (none), which only a server on this machine accepts.',
                enum: ['starttls', 'implicit', 'none'],
              },
              caFile: {
                type: 'string',
                title: 'Certificate authorities',
                description:
                  "A file with the certificates that the server's is checked against, instead of those of the system; relative to the file with the notifications.",
                minLength: 1,
              },
              userFrom: secret('User by reference', 'Where to find the user of the SMTP server.'),
              passwordFrom: secret('Password by reference', 'Where to find the password of that user.'),
              from: { ...mailbox, title: 'Sender' },
              to: {
                type: 'array',
                title: 'Recipients',
                description: 'They get every message.',
                items: mailbox,
                maxItems: 50,
              },
              contacts: {
                type: 'boolean',
                title: 'Contacts',
                description:
                  'Whether the contacts of the sites that are affected get the messages as well. Default: true.',
              },
              domains: {
                type: 'array',
                title: 'Domains',
                description: 'Contacts of other domains get no mail. Default: any domain.',
                items: {
                  type: 'string',
                  title: 'Domain',
                  description: 'Such as example.org; it does not include its subdomains.',
                  pattern: domainPattern,
                },
              },
            },
          },
          chat: {
            type: 'object',
            title: 'Chat',
            description: 'An incoming webhook of Slack, Mattermost or a compatible chat.',
            additionalProperties: false,
            required: ['urlFrom'],
            properties: {
              urlFrom: secret('URL by reference', 'Where to find the URL of the webhook, which is a secret.'),
            },
          },
          command: {
            type: 'object',
            title: 'Command',
            description: 'A program that gets each message as JSON on standard input.',
            additionalProperties: false,
            required: ['run'],
            properties: {
              run: {
                type: 'array',
                title: 'Program and arguments',
                description: 'No shell is involved. The program is named by its absolute path.',
                items: { type: 'string', title: 'Argument', description: 'The program, or an argument.' },
                minItems: 1,
                maxItems: 100,
              },
              timeoutSeconds: {
                type: 'integer',
                title: 'Time limit',
                description: 'Seconds after which the program is killed. Default: 30.',
                minimum: 1,
                maximum: 600,
              },
            },
          },
        },
        oneOf: [{ required: ['mail'] }, { required: ['chat'] }, { required: ['command'] }],
      },
    },
  },
} as const;
