import { UsageError } from '../../diagnostics/index.js';
import { connectGitHub, type GitHub } from '../../github/index.js';
import { teamsIn, withPeople, type Review } from '../../review/index.js';
import { readRepositoryAccess, type RepositoryAccess } from './workflow.js';

/** @throws UsageError when the step has neither a token nor an app */
export function connect({ apiUrl, repository, credentials }: Omit<RepositoryAccess, 'summaryFile'>): GitHub {
  if (credentials !== null) return connectGitHub({ apiUrl, repository, credentials });
  throw new UsageError(
    'GITHUB_TOKEN is not set',
    'In a workflow, add to the step: `env: { GITHUB_TOKEN: "${{ github.token }}" }`.',
  );
}

/** @throws UsageError when the environment names no repository, or has no token */
export function requireRepositoryAccess(environment: NodeJS.ProcessEnv): RepositoryAccess {
  const access = readRepositoryAccess(environment);
  connect(access);
  return access;
}

/** A review lists the teams of every site that it reaches, and each takes a request. */
const mostTeams = 50;

/**
 * The review, with what GitHub knows about the author and the approvals.
 * @throws ExternalError
 */
export async function addPeople(
  review: Review,
  github: GitHub,
  repository: string,
  pull: { readonly number: number; readonly head: string; readonly author: string | null },
): Promise<Review> {
  const approvers = await github.approversOf(pull.number, pull.head);
  const own = `${repository.slice(0, repository.indexOf('/')).toLowerCase()}/`;
  const teams = new Map<string, readonly string[] | null>();
  // Only teams of the repository's own organisation have access to it.
  for (const team of teamsIn(review)
    .filter((name) => name.startsWith(own))
    .slice(0, mostTeams))
    teams.set(team, await github.teamMembers(own.slice(0, -1), team.slice(own.length)));
  return withPeople(review, { author: pull.author, approvers, teams });
}
