/** How a comment or an issue that we wrote is found again. */
import type { Client } from './client.js';
import { isForbidden } from './failure.js';

/** The text and the author of a comment or an issue. */
interface Written {
  readonly body?: string | null | undefined;
  readonly user: { readonly id: number; readonly type: string } | null;
}

/**
 * Returns a function for whether something starts with the marker and has the author of our token: anybody can write
 * the marker. The token of a workflow belongs to a bot and may not ask who it is. No person can be a bot, and other bots of
 * the repository are trusted not to start a text with the marker of a stranger.
 * @throws ExternalError
 */
export async function ownership(client: Client, marker: string): Promise<(written: Written) => boolean> {
  const id = await client.attempt('read the user of the token', async ({ rest }) => {
    try {
      return (await rest.users.getAuthenticated()).data.id;
    } catch (error) {
      if (isForbidden(error)) return null;
      throw error;
    }
  });
  return ({ body, user }) =>
    body?.startsWith(marker) === true &&
    user !== null &&
    (id === null ? user.type === 'Bot' : user.id === id);
}

/** Whether GitHub shows two texts alike. It may store line ends and spaces at the end differently. */
export function isSameText(one: string | null | undefined, other: string): boolean {
  return normal(one ?? '') === normal(other);
}

function normal(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}
