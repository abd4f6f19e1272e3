/**
 * Sends messages to people: by mail, to a chat, or through a command (docs/notifications.md). Failures are ExternalErrors, and
 * neither they nor the log contain a secret. Each way is loaded only if it is used.
 */
import type { NotificationChannel } from '../report/index.js';
import type { ChatOptions } from './chat.js';
import type { CommandOptions } from './command.js';
import type { MailOptions } from './mail.js';

export type { ChatOptions, CommandOptions, MailOptions };

export async function openMail(options: MailOptions): Promise<NotificationChannel> {
  const { createMailChannel } = await import('./mail.js');
  return createMailChannel(options);
}

export async function openChat(options: ChatOptions): Promise<NotificationChannel> {
  const { createChatChannel } = await import('./chat.js');
  return createChatChannel(options);
}

export async function openCommand(options: CommandOptions): Promise<NotificationChannel> {
  const { createCommandChannel } = await import('./command.js');
  return createCommandChannel(options);
}
