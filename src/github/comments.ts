/**
 * Our one comment of a pull request.
 *
 *   none -> ours              created
 *   ours -> ours              updated, whatever a person made of it
 *   several of ours -> ours   two runs created one each at the same time, or a list lagged behind: the oldest stays
 *
 * A comment is ours if it starts with the marker and its author is the one of our token. Anybody can write the marker, and
 * a token that may write comments may change those of others.
 */
import type { Client, Place } from './client.js';
import { createOnce } from './create-once.js';
import { isNotFound } from './failure.js';
import { isSameText, ownership } from './ours.js';

export interface CommentOutcome {
  readonly did: 'created' | 'updated' | 'kept';
  readonly url: string;
}

interface Comment {
  readonly id: number;
  readonly body?: string | undefined;
  readonly html_url: string;
  readonly user: { readonly id: number; readonly type: string } | null;
}

/** The new text, or how it follows from the text that is there, for comments that several jobs write. */
export type CommentBody = string | ((before: string | null) => string);

function textOf(body: CommentBody, before: string | null): string {
  return typeof body === 'string' ? body : body(before);
}

/** Each attempt is lost only if another job writes in between, and there are few of those. */
const mostAttempts = 3;

/**
 * If the text depends on what is there, it is read again afterwards: another job may have written at the same time.
 * @throws ExternalError
 */
export async function putComment(
  client: Client,
  place: Place,
  number: number,
  marker: string,
  body: CommentBody,
): Promise<CommentOutcome> {
  const ours = await findOurs(client, place, number, marker);
  const first = await putOnce(client, place, number, ours, body);
  if (typeof body === 'string') return first;
  for (let attempt = 1; attempt < mostAttempts; attempt++) {
    const { did } = await putOnce(client, place, number, ours, body);
    if (did === 'kept') break;
  }
  return first;
}

async function putOnce(
  client: Client,
  place: Place,
  number: number,
  ours: Ours,
  change: CommentBody,
): Promise<CommentOutcome> {
  const updated = await ours.updateFirst(change);
  if (updated !== null) return updated;
  const body = textOf(change, null);
  const created = await createOnce<Comment>(
    client,
    `comment on #${number}`,
    async ({ rest }, request) =>
      (await rest.issues.createComment({ ...place, issue_number: number, body, request })).data,
    async () => (await ours.list()).find((comment) => isSameText(comment.body, body)) ?? null,
  );
  // The list may lag behind and not have the new comment. Then the next run removes what is too many.
  const [oldest = created, ...others] = await ours.list();
  const kept = (await ours.update(oldest, change)) ?? created;
  await removeOthers(
    client,
    place,
    others.filter(({ id }) => id !== kept.id),
  );
  return { did: 'created', url: kept.html_url };
}

/**
 * @returns null: there is none, and none is created
 * @throws ExternalError
 */
export async function updateComment(
  client: Client,
  place: Place,
  number: number,
  marker: string,
  body: string,
): Promise<CommentOutcome | null> {
  return (await findOurs(client, place, number, marker)).updateFirst(body);
}

/**
 * @returns the text of our comment; null: there is none
 * @throws ExternalError
 */
export async function readComment(
  client: Client,
  place: Place,
  number: number,
  marker: string,
): Promise<string | null> {
  const [first] = await (await findOurs(client, place, number, marker)).list();
  return first?.body ?? null;
}

interface Ours {
  /** The oldest first. */
  list(): Promise<Comment[]>;
  /** @returns null: it is gone */
  update(comment: Comment, change: CommentBody): Promise<Comment | null>;
  /** Updates the oldest and deletes the others. @returns null: there is none */
  updateFirst(change: CommentBody): Promise<CommentOutcome | null>;
}

async function findOurs(client: Client, place: Place, number: number, marker: string): Promise<Ours> {
  const isOurs = await ownership(client, marker);
  const list = async (): Promise<Comment[]> => {
    const all = await client.attempt(`read the comments of #${number}`, (octokit) =>
      octokit.paginate(octokit.rest.issues.listComments, { ...place, issue_number: number, per_page: 100 }),
    );
    return all.filter(isOurs).sort((one, other) => one.id - other.id);
  };
  const update = async (comment: Comment, change: CommentBody): Promise<Comment | null> => {
    const body = textOf(change, comment.body ?? null);
    if (isSameText(comment.body, body)) return comment;
    return client.attempt(`comment on #${number}`, async ({ rest }) => {
      try {
        return (await rest.issues.updateComment({ ...place, comment_id: comment.id, body })).data;
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    });
  };
  const updateFirst = async (change: CommentBody): Promise<CommentOutcome | null> => {
    const [first, ...extra] = await list();
    const updated = first === undefined ? null : await update(first, change);
    if (updated === null) return null;
    await removeOthers(client, place, extra);
    return { did: updated === first ? 'kept' : 'updated', url: updated.html_url };
  };
  return { list, update, updateFirst };
}

async function removeOthers(client: Client, place: Place, comments: readonly Comment[]): Promise<void> {
  for (const { id } of comments) {
    await client.attempt('delete a second comment', async ({ rest }) => {
      try {
        await rest.issues.deleteComment({ ...place, comment_id: id });
      } catch (error) {
        // Another run deletes it at the same time.
        if (!isNotFound(error)) throw error;
      }
    });
  }
}
