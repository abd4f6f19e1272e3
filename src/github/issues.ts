/**
 * Our one issue about a subject.
 *
 *   none -> open        created, with labels and assignees
 *   open -> open        title and body updated; what people changed about labels and assignees stays
 *   open -> closed      body updated
 *   closed -> open      reopened
 *   none, closed -> closed   nothing
 *
 * An issue is ours as a comment is: by its marker and its author (ours.ts).
 */
import type { Client, Place } from './client.js';
import { createOnce } from './create-once.js';
import { isSameText, ownership } from './ours.js';

/** What an issue has to be. */
export interface WantedIssue {
  readonly isOpen: boolean;
  /** How the body starts. */
  readonly marker: string;
  /** Issues without it are not looked at. */
  readonly label: string;
  readonly title: string;
  readonly body: string;
  /** Logins. Those whom GitHub cannot assign are left out. */
  readonly assignees: readonly string[];
}

export interface IssueOutcome {
  readonly did: 'opened' | 'reopened' | 'updated' | 'closed' | 'kept';
  readonly url: string;
}

interface Issue {
  readonly number: number;
  readonly state: string;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly html_url: string;
  readonly user: { readonly id: number; readonly type: string } | null;
  readonly pull_request?: unknown;
}

/** Which issue is ours, and whether it is open. */
export interface FoundIssue {
  readonly number: number;
  readonly isOpen: boolean;
}

/**
 * @returns null: there is none
 * @throws ExternalError
 */
export async function findIssue(
  client: Client,
  place: Place,
  wanted: Pick<WantedIssue, 'marker' | 'label'>,
): Promise<FoundIssue | null> {
  const [first] = await listOurs(client, place, wanted);
  return first === undefined ? null : { number: first.number, isOpen: first.state === 'open' };
}

async function listOurs(
  client: Client,
  place: Place,
  { marker, label }: Pick<WantedIssue, 'marker' | 'label'>,
): Promise<Issue[]> {
  const isOurs = await ownership(client, marker);
  const all = await client.attempt(`list the issues with the label ${label}`, ({ rest, paginate }) =>
    paginate(rest.issues.listForRepo, { ...place, labels: label, state: 'all', per_page: 100 }),
  );
  return all
    .filter((issue: Issue) => issue.pull_request === undefined && isOurs(issue))
    .sort((one, other) => one.number - other.number);
}

/**
 * @returns null: it is not needed, and there is none
 * @throws ExternalError
 */
export async function putIssue(
  client: Client,
  place: Place,
  wanted: WantedIssue,
): Promise<IssueOutcome | null> {
  const { isOpen, title, body } = wanted;
  const list = (): Promise<Issue[]> => listOurs(client, place, wanted);
  const [first, ...others] = await list();
  // Two runs created one each at the same time, or a list lagged behind.
  for (const { number, state } of others) if (state === 'open') await close(client, place, number);
  if (first === undefined) return isOpen ? open(client, place, wanted, list) : null;
  const state = isOpen ? 'open' : 'closed';
  const isSame = first.title === title && isSameText(first.body, body);
  if (first.state === state && (isSame || !isOpen)) return { did: 'kept', url: first.html_url };
  const did = first.state === state ? 'updated' : isOpen ? 'reopened' : 'closed';
  const { data } = await client.attempt(`update the issue #${first.number}`, ({ rest }) =>
    rest.issues.update({ ...place, issue_number: first.number, title, body, state }),
  );
  return { did, url: data.html_url };
}

async function open(
  client: Client,
  place: Place,
  { label, title, body, assignees }: WantedIssue,
  list: () => Promise<Issue[]>,
): Promise<IssueOutcome> {
  const what = `open the issue "${title}"`;
  const issue = await createOnce<Issue>(
    client,
    what,
    async ({ rest }, request) =>
      (await rest.issues.create({ ...place, title, body, labels: [label], request })).data,
    async () => (await list())[0] ?? null,
  );
  // Not when it is created: that fails if one of them cannot be assigned. Here, GitHub leaves them out.
  if (assignees.length > 0) {
    await client.attempt(`assign the issue #${issue.number}`, ({ rest }) =>
      rest.issues.addAssignees({ ...place, issue_number: issue.number, assignees: [...assignees] }),
    );
  }
  return { did: 'opened', url: issue.html_url };
}

async function close(client: Client, place: Place, number: number): Promise<void> {
  await client.attempt(`close the second issue #${number}`, ({ rest }) =>
    rest.issues.update({ ...place, issue_number: number, state: 'closed', state_reason: 'not_planned' }),
  );
}
