import type { Client, Place } from './client.js';
import { isForbidden, isNotFound } from './failure.js';

/**
 * Whether somebody may push to the repository.
 * @throws ExternalError
 */
export async function mayWrite(client: Client, place: Place, username: string): Promise<boolean> {
  return client.attempt(`read the permission of @${username}`, async ({ rest }) => {
    try {
      const { data } = await rest.repos.getCollaboratorPermissionLevel({ ...place, username });
      // `maintain`, and roles of an organization that may write, are `write` here.
      return ['write', 'admin'].includes(data.permission);
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  });
}

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
