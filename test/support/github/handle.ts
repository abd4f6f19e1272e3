/** Carries out one request: who sends it, whether it complies with GitHub's description, and the operation. */
import { ApiError, type Actor, type Answer, type Call, type Handler, type TokenRegister } from './call.js';
import {
  findRoute,
  problemsOfBody,
  problemsOfParameters,
  problemsOfResponse,
  type Route,
} from './description.js';
import { appOperations } from './operations/apps.js';
import { commentOperations } from './operations/comments.js';
import { checkOperations } from './operations/checks.js';
import { commitOperations } from './operations/commits.js';
import { deploymentOperations } from './operations/deployments.js';
import { issueOperations } from './operations/issues.js';
import { labelOperations } from './operations/labels.js';
import { peopleOperations } from './operations/people.js';
import { pullOperations } from './operations/pulls.js';
import { repositoryOperations } from './operations/repository.js';
import { statusOperations } from './operations/statuses.js';
import { areSame, type State } from './state.js';

export const operations: Readonly<Record<string, Handler>> = {
  ...appOperations,
  ...commentOperations,
  ...checkOperations,
  ...commitOperations,
  ...deploymentOperations,
  ...issueOperations,
  ...labelOperations,
  ...peopleOperations,
  ...pullOperations,
  ...repositoryOperations,
  ...statusOperations,
};

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** undefined: none. */
  readonly body: unknown;
  readonly actor: Actor;
  readonly tokens: TokenRegister;
  readonly unlistedFromId: number;
}

/** `report` receives each violation of GitHub's description. */
export function handle(
  state: State,
  url: string,
  request: ApiRequest,
  report: (violation: string) => void,
): Answer {
  const { method, path } = request;
  const route = findRoute(method, path);
  const handler = route === null ? undefined : operations[route.id];
  if (route === null || handler === undefined) return refuse(400, [`the stand-in has no ${method} ${path}`]);
  const inUrl = problemsOfParameters(route, request.query);
  if (inUrl.length > 0) return refuse(400, inUrl);
  // GitHub decides what a token may see before it reads a body.
  const hidden = responseOf(() => {
    checkRepository(state, route);
    return { status: 200 };
  });
  if (hidden.status !== 200) return checked(route, hidden);
  const inBody = problemsOfBody(route, request.body);
  if (inBody.length > 0) return refuse(422, inBody);
  const call: Call = { ...request, state, url, params: route.params };
  return checked(
    route,
    responseOf(() => handler(call)),
  );

  function refuse(status: number, problems: readonly string[]): Answer {
    for (const problem of problems) report(`${method} ${path}: ${problem}`);
    return errorAnswer(status, `Invalid request.\n\n${problems.join('\n')}`);
  }

  function checked({ id }: Route, answer: Answer): Answer {
    // What tests compare is what was sent.
    const sent: unknown = answer.body === undefined ? undefined : JSON.parse(JSON.stringify(answer.body));
    const problems = route === null ? [] : problemsOfResponse(route, answer.status, sent);
    for (const problem of problems) report(`response ${answer.status} of ${id}: ${problem}`);
    if (problems.length > 0) return errorAnswer(400, `The stand-in is wrong: ${problems.join('; ')}`);
    return { ...answer, body: sent };
  }
}

export function errorAnswer(
  status: number,
  message: string,
  errors?: ApiError['errors'],
  headers?: Answer['headers'],
): Answer {
  return {
    status,
    body: {
      message,
      ...(errors === undefined ? {} : { errors }),
      documentation_url: 'https://docs.github.com/rest',
      // GitHub describes this only for its other errors.
      ...(status === 422 ? {} : { status: String(status) }),
    },
    ...(headers === undefined ? {} : { headers }),
  };
}

function responseOf(respond: () => Answer): Answer {
  try {
    return respond();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return errorAnswer(error.status, error.message, error.errors);
  }
}

/** There is one repository. A fork is known only for its commits. */
function checkRepository(state: State, { id, params }: Route): void {
  const { owner, repo } = params;
  if (owner === undefined || repo === undefined) return;
  const name = `${owner}/${repo}`;
  if (areSame(name, state.repository)) return;
  const isFork = state.pulls.some(({ head }) => areSame(head.repository, name));
  if (!isFork || id !== 'repos/list-pull-requests-associated-with-commit')
    throw new ApiError(404, 'Not Found');
}
