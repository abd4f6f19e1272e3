import { ApiError, demand, forbidden, notFound, type Call, type Handler } from '../call.js';
import { respondWithPage } from '../page.js';
import { presentAccount } from '../present/account.js';
import { accountOf, actionsAppId, areSame, type Level, type Team } from '../state.js';

export const peopleOperations: Record<string, Handler> = {
  'users/get-authenticated'(call) {
    const { actor, state } = call;
    if (actor.kind === 'anonymous') throw new ApiError(401, 'Requires authentication');
    if (actor.kind !== 'user') throw forbidden();
    const account = accountOf(state, actor.login);
    const about = Object.fromEntries(
      ['name', 'company', 'blog', 'location', 'email', 'hireable', 'bio'].map((name) => [name, null]),
    );
    const counts = { public_repos: 0, public_gists: 0, followers: 0, following: 0 };
    const times = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };
    return { status: 200, body: { ...presentAccount(call, account), ...about, ...counts, ...times } };
  },
  'teams/list-members-in-org'(call) {
    const team = findTeam(call);
    const members = team.members.map((login) => accountOf(call.state, login));
    return respondWithPage(call, members, (account) => presentAccount(call, account));
  },
  'teams/get-membership-for-user-in-org'(call) {
    const team = findTeam(call);
    const { org = '', team_slug: slug = '', username = '' } = call.params;
    if (!team.members.some((login) => areSame(login, username))) throw notFound();
    const url = `${call.url}/orgs/${org}/teams/${slug}/memberships/${username}`;
    return { status: 200, body: { state: 'active', role: 'member', url } };
  },
  'repos/get-collaborator-permission-level'(call) {
    demand(call, 'read', 'metadata');
    const { username = '' } = call.params;
    const level = call.state.permissions.get(username.toLowerCase());
    // Everyone may read a public repository.
    const role = level ?? (call.state.isPrivate ? 'none' : 'read');
    const account = call.state.accounts.get(username.toLowerCase());
    if (account === undefined && level === undefined) throw notFound();
    const user = {
      ...presentAccount(call, account ?? accountOf(call.state, username)),
      permissions: flagsOf(level ?? (call.state.isPrivate ? null : 'read')),
      role_name: role,
    };
    return { status: 200, body: { permission: permissionOf(role), role_name: role, user } };
  },
};

/** The older, coarser names. */
function permissionOf(role: string): string {
  return { maintain: 'write', triage: 'read' }[role] ?? role;
}

function flagsOf(level: Level | null): Record<string, boolean> {
  const levels = ['read', 'triage', 'write', 'maintain', 'admin'];
  const names = ['pull', 'triage', 'push', 'maintain', 'admin'];
  const reached = level === null ? -1 : levels.indexOf(level);
  return Object.fromEntries(names.map((name, index) => [name, index <= reached]));
}

/**
 * Teams are visible to members of the organization and to apps that may read its members.
 * To a workflow's token a team looks as if it did not exist.
 */
function findTeam({ actor, params, state }: Call): Team {
  const { org = '', team_slug: slug = '' } = params;
  switch (actor.kind) {
    case 'user':
      if (
        !state.teams.some(
          (team) => areSame(team.org, org) && team.members.some((login) => areSame(login, actor.login)),
        )
      )
        throw notFound();
      break;
    case 'installation':
      if (actor.permissions['members'] === undefined)
        throw actor.app.id === actionsAppId ? notFound() : forbidden();
      break;
    case 'app':
    case 'anonymous':
      throw new ApiError(401, 'Requires authentication');
  }
  const team = state.teams.find((candidate) => areSame(candidate.org, org) && areSame(candidate.slug, slug));
  if (team === undefined) throw notFound();
  return team;
}
