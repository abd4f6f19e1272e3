/**
 * What people did to our issue since we last wrote it: the text, and who edited it. REST does not say who edited, so this is
 * GitHub's only request to GraphQL. Text and edits come from one answer, so that no edit is missed in between.
 */
import type { Client, Place } from './client.js';

/** The text of an issue of ours as it is now. */
export interface IssueText {
  readonly body: string;
  /** When it was last edited, ISO 8601; null: never. */
  readonly editedAt: string | null;
  /**
   * Logins of everybody who edited it since we last wrote it, and our own if we are a person: then nobody can tell us from that
   * person. null: somebody did whom GitHub does not name.
   */
  readonly editors: readonly string[] | null;
}

interface Actor {
  readonly __typename: string;
  readonly login: string;
}

interface Edit {
  readonly editedAt: string;
  /** null: the account was deleted. */
  readonly editor: Actor | null;
}

interface Answer {
  readonly repository: {
    readonly issue: {
      readonly body: string;
      readonly author: Actor | null;
      readonly userContentEdits: {
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
        readonly nodes: readonly (Edit | null)[] | null;
      } | null;
    } | null;
  } | null;
}

const query = `query ($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    issue(number: $number) {
      body
      author { __typename login }
      userContentEdits(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { editedAt editor { __typename login } }
      }
    }
  }
}`;

/** An issue that is updated every hour has about 700 edits in a month. */
const mostPages = 20;

/**
 * @returns null: there is no such issue
 * @throws ExternalError
 */
export async function readIssueText(client: Client, place: Place, number: number): Promise<IssueText | null> {
  const read = (after: string | null): Promise<Answer> =>
    client.attempt(`read the edits of #${number}`, ({ graphql }) =>
      graphql<Answer>(query, { ...place, number, after }),
    );
  const first = (await read(null)).repository?.issue ?? null;
  if (first === null) return null;
  const edits: (Edit | null)[] = [...(first.userContentEdits?.nodes ?? [])];
  let page = first.userContentEdits?.pageInfo;
  // The text is that of the first page: edits of later pages can only be too many.
  for (let pages = 1; page?.hasNextPage === true; pages++) {
    if (pages === mostPages) return { body: first.body, editedAt: newest(edits), editors: null };
    const more = (await read(page.endCursor)).repository?.issue?.userContentEdits;
    edits.push(...(more?.nodes ?? []));
    page = more?.pageInfo;
  }
  return { body: first.body, editedAt: newest(edits), editors: editorsIn(edits, first.author) };
}

function newest(edits: readonly (Edit | null)[]): string | null {
  return (
    edits
      .map((edit) => edit?.editedAt ?? '')
      .sort()
      .at(-1) ?? null
  );
}

/** Nothing is assumed about the order. GitHub counts seconds, so who edited in the same second as we did counts. */
function editorsIn(edits: readonly (Edit | null)[], author: Actor | null): string[] | null {
  if (author === null) return null;
  const isOwn = (edit: Edit | null): boolean =>
    edit?.editor?.login === author.login && edit.editor.__typename === author.__typename;
  const lastOwn = newest(edits.filter(isOwn)) ?? '';
  const others = edits.filter((edit) => !isOwn(edit) && (edit === null || edit.editedAt >= lastOwn));
  const editors = others.map((edit) => edit?.editor ?? null);
  if (author.__typename === 'User') editors.push(author);
  const logins = editors.flatMap((editor) => (editor?.__typename === 'User' ? [editor.login] : []));
  return logins.length < editors.length ? null : [...new Set(logins)].sort();
}
