/** The part of GitHub's GraphQL API that lavaflow uses, executed with the types that GitHub publishes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, graphqlSync } from 'graphql';

import { demand, type Actor, type Answer } from './call.js';
import { areSame, type Account, type Issue, type State } from './state.js';

const file = join(import.meta.dirname, '../../fixtures/github/schema.graphql');
const schema = buildSchema(readFileSync(file, 'utf8'));

interface Body {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** @param report called with what a real GitHub would not understand */
export function answerGraphql(
  state: State,
  actor: Actor,
  body: unknown,
  report: (violation: string) => void,
): Answer {
  if (actor.kind === 'anonymous') return { status: 401, body: { message: 'Requires authentication' } };
  const { query, variables = {} } = body as Body;
  const result = graphqlSync({
    schema,
    source: query,
    variableValues: variables,
    rootValue: {
      repository: ({ owner, name }: { owner: string; name: string }) =>
        areSame(`${owner}/${name}`, state.repository) ? repositoryOf(state, actor) : null,
    },
  });
  for (const { message, path } of result.errors ?? []) if (path === undefined) report(`graphql: ${message}`);
  return { status: 200, body: JSON.parse(JSON.stringify(result)) as unknown };
}

function repositoryOf(state: State, actor: Actor) {
  return {
    issue({ number }: { number: number }) {
      demand({ state, actor }, 'read', 'issues');
      const issue = state.issues.find((candidate) => candidate.number === number);
      return issue === undefined
        ? null
        : { ...issue, author: actorOf(issue.author), userContentEdits: editsOf(issue) };
    },
  };
}

/** The newest first. A cursor is the number of those before. */
function editsOf({ edits }: Issue) {
  const all = edits
    .map(({ at, editor }) => ({ editedAt: at, editor: editor === null ? null : actorOf(editor) }))
    .reverse();
  return ({ first = null, after = null }: { first?: number | null; after?: string | null }) => {
    if (first === null || first < 1 || first > 100) throw new Error('first must be from 1 to 100');
    const start = after === null ? 0 : Number(after);
    const nodes = all.slice(start, start + first);
    const end = start + nodes.length;
    return { nodes, pageInfo: { hasNextPage: end < all.length, endCursor: String(end) } };
  };
}

/** Here, the login of an app has no `[bot]`. */
function actorOf({ login, type }: Account) {
  return { __typename: type, login: login.replace(/\[bot\]$/, '') };
}
