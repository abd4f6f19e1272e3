import { ExternalError, reasonOf, visible } from '../diagnostics/index.js';
import type { NotificationChannel } from '../report/index.js';

export interface ChatOptions {
  readonly name: string;
  /** Of the incoming webhook; a secret. */
  readonly url: string;
  /** Default: 30 seconds. */
  readonly timeoutMs?: number;
}

/** What chats show without folding. */
const longestText = 3_500;

/** An incoming webhook of Slack, Mattermost and others: JSON with `text`. */
export function createChatChannel({ name, url, timeoutMs = 30_000 }: ChatOptions): NotificationChannel {
  return {
    name,
    async send({ text }, signal) {
      const whole = `${text.subject}\n\n${text.body}`;
      const cut = whole.length > longestText ? `${whole.slice(0, longestText)}\n...` : whole;
      let response: Response;
      try {
        response = await fetch(url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({
            text: harmless(cut),
            // Slack must not search the text for names, channels and links.
            ...{ parse: 'none', link_names: false, mrkdwn: false, unfurl_links: false, unfurl_media: false },
          }),
          // The secret URL must not be sent anywhere else.
          redirect: 'manual',
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        });
        await response.body?.cancel();
      } catch (error) {
        throw failure(url, whyOf(error, timeoutMs), 'soon');
      }
      if (response.ok) return null;
      const { status } = response;
      if (status === 429 || status >= 500) throw failure(url, `HTTP ${status}`, 'soon');
      // Chats reject what they cannot read with 400, and a webhook that was removed with 403, 404 or 410.
      if (status === 400 || status === 413) throw failure(url, `HTTP ${status}`, 'never');
      throw failure(
        url,
        `HTTP ${status}`,
        'after-change',
        'Check the URL of this channel: create a new webhook in the chat.',
      );
    },
  };
}

/**
 * Text that is only text in a chat: no mention, no link, no markup. Slack decodes three entities and finds everything else by
 * its own syntax with `<`. Mattermost finds names after `@`, channels after `~`, links and Markdown: an invisible character breaks
 * them up.
 */
function harmless(text: string): string {
  const shown = text
    .split('\n')
    .map(visible)
    .join('\n')
    .replace(/[@~#`*_[\]!|]|:(?=\/)|(?<=\bwww)\.|(?<=[\p{L}\p{N}])\.(?=\p{L})/gu, `$&${blank}`);
  return shown.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Shown as nothing, and not part of any name or address. */
const blank = '\u200B';

function whyOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `no response within ${timeoutMs / 1000} s`;
  // `fetch failed` says nothing.
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return reasonOf(cause);
}

/** The path of the URL is a secret. */
function failure(url: string, why: string, retry: ExternalError['retry'], hint?: string): ExternalError {
  const where = URL.canParse(url) ? new URL(url).origin : 'its URL';
  const parts = { what: 'send a message to a chat', where, why: why.replaceAll(url, where), retry };
  return new ExternalError({ ...parts, ...(hint === undefined ? {} : { hint }) });
}
