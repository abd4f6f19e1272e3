import { readFileSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

import { localFailure, UsageError, type Finding } from '../../diagnostics/index.js';
import { hasCode, readIfThere } from '../../host/index.js';
import { readNotifications, type NotificationSettings } from '../../lab/index.js';
import type { SecretReference } from '../../model/index.js';
import { openChat, openCommand, openMail } from '../../notify/index.js';
import type { IncidentTimes, NotificationChannel } from '../../report/index.js';
import { originOf, readSecret } from '../masters/index.js';
import type { LabPlace } from '../state/index.js';

export interface Notifications {
  readonly times: IncidentTimes;
  readonly channels: readonly NotificationChannel[];
}

type ChannelSettings = NotificationSettings['channels'][number];

/** What opening a channel needs. */
interface Context {
  /** Paths are relative to it. */
  readonly directory: string;
  /** Called with each secret, so that it is masked. */
  readonly addSecret: (secret: string) => void;
}

const defaultTimes = { confirmSeconds: 60, recoverSeconds: 120 };

/**
 * Opens the channels of a file with notifications. The file decides where messages go and which programs run, so it must not be a
 * part of the lab repo, which others can change.
 * @param file default: `.lavaflow/notifications.yaml`, if it exists
 * @throws UsageError when the file has errors, is in the lab, or a secret is missing
 * @throws ExternalError
 */
export async function openNotifications(
  place: LabPlace,
  file: string | undefined,
  addSecret: Context['addSecret'],
): Promise<Notifications> {
  const path = file === undefined ? join(place.state.root, 'notifications.yaml') : resolve(file);
  const text = await read(path);
  if (text === null) {
    if (file !== undefined) throw new UsageError(`there is no file ${path}`);
    return { times: timesOf({}), channels: [] };
  }
  await expectOutsideLab(path, place);
  const { settings, findings } = readNotifications(path, text);
  if (settings === null) throw failureOf(path, findings);
  const context = { directory: dirname(path), addSecret };
  const channels: NotificationChannel[] = [];
  for (const channel of settings.channels) channels.push(await openChannel(channel, context));
  return { times: timesOf(settings), channels };
}

/** All errors, and the hint of the first: the others often follow from it. */
function failureOf(path: string, findings: readonly Finding[]): UsageError {
  const errors = findings.map(({ place: { file, line, column }, message }) =>
    [file, line, column, ` ${message}`].filter((part) => part !== undefined).join(':'),
  );
  const what = errors.length === 0 ? `${path} cannot be used` : errors.join('; ');
  return new UsageError(what, findings[0]?.hint);
}

function timesOf(settings: Partial<typeof defaultTimes>): IncidentTimes {
  const { confirmSeconds, recoverSeconds } = { ...defaultTimes, ...settings };
  return { confirmMs: confirmSeconds * 1000, recoverMs: recoverSeconds * 1000 };
}

async function read(path: string): Promise<string | null> {
  try {
    return await readIfThere(path);
  } catch (error) {
    throw localFailure(error, 'read the notifications', path);
  }
}

/** Links are followed: what is in the lab can change with the next pull. */
async function expectOutsideLab(path: string, { directory, state }: LabPlace): Promise<void> {
  const [file, lab] = await Promise.all([realpath(path), realpath(directory)]);
  if (!isIn(lab, file)) return;
  let own: string;
  try {
    own = await realpath(state.root);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw localFailure(error, 'read the notifications', path);
    own = state.root;
  }
  if (isIn(own, file)) return;
  throw new UsageError(
    `${path} is in the lab repo, whose files others can change`,
    'Move it to .lavaflow/notifications.yaml, or to a directory outside the lab.',
  );
}

function isIn(directory: string, file: string): boolean {
  const path = relative(directory, file);
  return path !== '' && path !== '..' && !path.startsWith('../');
}

async function openChannel(
  { name, mail, chat, command }: ChannelSettings,
  context: Context,
): Promise<NotificationChannel> {
  if (mail !== undefined) return await openMail(mailOptions(name, mail, context));
  if (chat !== undefined) {
    const url = requireSecret(chat.urlFrom, name, context);
    if (!/^https?:\/\/\S+$/.test(url) || !URL.canParse(url))
      throw new UsageError(
        `${originOf(refer(chat.urlFrom))} does not contain a URL, which the channel "${name}" needs`,
      );
    return await openChat({ name, url });
  }
  // The schema ensures that there is exactly one.
  const { run = [], timeoutSeconds = 30 } = command ?? {};
  const [program = '', ...args] = run;
  return await openCommand({ name, run: [program, ...args], timeoutMs: timeoutSeconds * 1000 });
}

function mailOptions(name: string, mail: NonNullable<ChannelSettings['mail']>, context: Context) {
  const { tls = 'starttls', userFrom, passwordFrom, caFile, domains } = mail;
  if ((userFrom === undefined) !== (passwordFrom === undefined))
    throw new UsageError(
      `the channel "${name}" has only one of userFrom and passwordFrom`,
      'Set both, or none.',
    );
  const login =
    userFrom === undefined || passwordFrom === undefined
      ? {}
      : {
          login: {
            user: requireSecret(userFrom, name, context),
            password: requireSecret(passwordFrom, name, context),
          },
        };
  return {
    ...{ name, host: mail.host, port: mail.port ?? (tls === 'implicit' ? 465 : 587), tls },
    ...{ from: mail.from, to: mail.to ?? [], contacts: mail.contacts ?? true },
    ...(caFile === undefined ? {} : { ca: readCertificates(resolve(context.directory, caFile)) }),
    ...(domains === undefined ? {} : { domains }),
    ...login,
  };
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw localFailure(error, 'read certificates', file);
  }
}

type Reference = { readonly env?: string | undefined; readonly file?: string | undefined };

/** @throws UsageError when it is not set */
function requireSecret(reference: Reference, channel: string, { directory, addSecret }: Context): string {
  const secret = readSecret(refer(reference), directory);
  if (secret === null || secret === '')
    throw new UsageError(
      `${originOf(refer(reference))} is not set or empty, and the channel "${channel}" needs it`,
    );
  addSecret(secret);
  return secret;
}

/** The schema ensures that there is exactly one. */
function refer({ env, file }: Reference): SecretReference {
  return env !== undefined ? { env } : { file: file ?? '' };
}
