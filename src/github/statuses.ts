import type { Client, Place } from './client.js';

/** What a commit shows under one name: of several statuses with the same context, GitHub shows the latest. */
export interface CommitStatus {
  /** Full commit ID. */
  readonly commit: string;
  readonly context: string;
  readonly state: 'success' | 'failure' | 'error' | 'pending';
  /** At most 140 characters. */
  readonly description: string;
  readonly targetUrl: string | null;
}

/**
 * If a response gets lost, the status is written twice, which nobody sees.
 * @throws ExternalError
 */
export async function writeStatus(client: Client, place: Place, status: CommitStatus): Promise<void> {
  const { commit, context, state, description, targetUrl } = status;
  await client.attempt(`write the status ${context} of ${commit.slice(0, 12)}`, ({ rest }) =>
    rest.repos.createCommitStatus({
      ...place,
      sha: commit,
      context,
      state,
      description,
      ...(targetUrl === null ? {} : { target_url: targetUrl }),
    }),
  );
}
