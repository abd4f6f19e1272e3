import type { Client } from './client.js';
import { isForbidden } from './failure.js';

/** The author of a comment or an issue. */
interface Authored {
  readonly user: { readonly id: number; readonly type: string } | null;
}

/**
 * Whether something has the author of our token. The token of a workflow belongs to a bot and may not ask who it is. No
 * person can be a bot, and other bots of the repository are trusted not to start a text with the marker of a stranger.
 */
export async function authorship(client: Client): Promise<(authored: Authored) => boolean> {
  const id = await client.attempt('read the user of the token', async ({ rest }) => {
    try {
      return (await rest.users.getAuthenticated()).data.id;
    } catch (error) {
      if (isForbidden(error)) return null;
      throw error;
    }
  });
  return ({ user }) => user !== null && (id === null ? user.type === 'Bot' : user.id === id);
}
