import type { Client } from './client.js';
import { isForbidden, isNotFound } from './failure.js';

/**
 * @returns null: there is no such team, or the token may not read it
 * @throws ExternalError
 */
export async function teamMembers(client: Client, org: string, team: string): Promise<string[] | null> {
  return client.attempt(`read the members of @${org}/${team}`, async ({ rest, paginate }) => {
    try {
      const members = await paginate(rest.teams.listMembersInOrg, { org, team_slug: team, per_page: 100 });
      return members.map(({ login }) => login);
    } catch (error) {
      if (isNotFound(error) || isForbidden(error)) return null;
      throw error;
    }
  });
}
