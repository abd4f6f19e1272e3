import { RequestError } from 'octokit';
import { ExternalError, isRecord, reasonOf } from '../diagnostics/index.js';

/** An ExternalError for what Octokit throws. Anything else is a bug, and returned as it is. */
export function githubFailure(error: unknown, what: string, where: string): unknown {
  // The package with its class is not a dependency of ours. GraphQL reports failures with status 200.
  if (error instanceof Error && error.name === 'GraphqlResponseError') {
    const why = error.message.replaceAll(/\s+/g, ' ').slice(0, 500);
    return new ExternalError({ what, where, why, retry: 'after-change', cause: error });
  }
  if (!(error instanceof RequestError)) return error;
  return new ExternalError({ what, where, ...explain(error), cause: error });
}

/** Whether GitHub has no such object, or does not show it to this token. */
export function isNotFound(error: unknown): boolean {
  return error instanceof RequestError && error.status === 404;
}

/** Whether the token may not do this, now or later. */
export function isForbidden(error: unknown): boolean {
  return error instanceof RequestError && error.status === 403 && !isLimited(error);
}

/** Whether the request may have been carried out, although it failed: no response arrived, or one of a gateway. */
export function isUncertain(error: unknown): boolean {
  return error instanceof RequestError && error.status >= 500;
}

type Explanation = Pick<ConstructorParameters<typeof ExternalError>[0], 'why' | 'retry' | 'hint'>;

function explain(error: RequestError): Explanation {
  const { status, response } = error;
  // Octokit reports a failed connection as 500, without a response.
  if (response === undefined) {
    const why = reasonOf(rootOf(error));
    return { why, retry: 'soon', hint: 'Check GITHUB_API_URL, and that this machine can reach it.' };
  }
  const why = `HTTP ${status}: ${messageOf(response.data)}`;
  if (isLimited(error)) {
    return { why, retry: 'soon', hint: 'Run it again later: GitHub limits the requests of this token.' };
  }
  if (status === 401)
    return { why, retry: 'after-change', hint: 'Check the token, or the ID and the key of the app.' };
  if (status === 403) {
    const needed = response.headers['x-accepted-github-permissions'];
    const which = typeof needed === 'string' && needed !== '' ? `: ${needed.replaceAll('=', ' ')}` : '';
    return { why, retry: 'after-change', hint: `Give the token the permission for it${which}.` };
  }
  if (status === 404) {
    const hint = 'Check the name, and that the token may read it.';
    return { why, retry: 'after-change', hint };
  }
  return { why, retry: status >= 500 || status === 408 ? 'soon' : 'never' };
}

function isLimited({ status, response }: RequestError): boolean {
  if (status === 429) return true;
  if (status !== 403 || response === undefined) return false;
  const { headers } = response;
  return headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined;
}

/** What GitHub says about the failure: its message, and what is wrong with each field. */
function messageOf(data: unknown): string {
  if (typeof data === 'string') return data.slice(0, 200).split('\n')[0] ?? '';
  if (!isRecord(data)) return 'no message';
  const { message, errors } = data;
  const details = (Array.isArray(errors) ? errors : []).map((detail: unknown) =>
    isRecord(detail)
      ? [detail['field'], detail['message'] ?? detail['code']]
          .filter((part) => typeof part === 'string')
          .join(' ')
      : String(detail),
  );
  return [typeof message === 'string' ? message : 'no message', ...details].join('; ').slice(0, 500);
}

function rootOf(error: Error): unknown {
  let root: unknown = error;
  while (root instanceof Error && root.cause !== undefined) root = root.cause;
  return root;
}
