import type { Account, State } from '../state.js';

/** How an author relates to the repository. */
export function associationOf(state: State, { login, type }: Account): string {
  const [owner = ''] = state.repository.split('/');
  const key = login.toLowerCase();
  if (type === 'Bot') return 'NONE';
  if (owner.toLowerCase() === key) return 'OWNER';
  if (state.teams.some(({ members }) => members.some((member) => member.toLowerCase() === key)))
    return 'MEMBER';
  return state.permissions.has(key) ? 'COLLABORATOR' : 'NONE';
}
