import { addComment } from '../add.js';
import { demand, invalid, notFound, type Call, type Handler } from '../call.js';
import { authorOf } from '../author.js';
import { respondWithPage } from '../page.js';
import { presentComment } from '../present/comment.js';
import { areSame, timeOf, type Comment } from '../state.js';

const maxBodyCharacters = 65_536;
/** A comment on a pull request needs access to one of these. */
const areas = ['issues', 'pull_requests'];

export const commentOperations: Record<string, Handler> = {
  'issues/list-comments'(call) {
    demand(call, 'read', ...areas);
    const issue = issueNumberOf(call);
    const since = call.query['since'];
    const comments = call.state.comments.filter(
      (comment) => comment.issue === issue && (since === undefined || comment.updatedAt >= since),
    );
    return respondWithPage(call, comments, (comment) => presentComment(call, comment));
  },
  'issues/get-comment'(call) {
    demand(call, 'read', ...areas);
    return { status: 200, body: presentComment(call, findComment(call)) };
  },
  'issues/create-comment'(call) {
    demandComment(call);
    const issue = issueNumberOf(call);
    const comment = addComment(call.state, issue, { ...authorOf(call), body: bodyOf(call) });
    return { status: 201, body: presentComment(call, comment) };
  },
  'issues/update-comment'(call) {
    const comment = findComment(call);
    demandChange(call, comment);
    comment.body = bodyOf(call);
    comment.updatedAt = timeOf(call.state);
    return { status: 200, body: presentComment(call, comment) };
  },
  'issues/delete-comment'(call) {
    const comment = findComment(call);
    demandChange(call, comment);
    call.state.comments.splice(call.state.comments.indexOf(comment), 1);
    return { status: 204 };
  },
};

/** Everyone who sees a repository may comment. */
function demandComment(call: Call): void {
  demand(call, call.actor.kind === 'user' ? 'read' : 'write', ...areas);
}

/** Authors may change their comments; those of others need write access. */
function demandChange(call: Call, { author }: Comment): void {
  if (call.actor.kind === 'user' && areSame(call.actor.login, author.login)) demand(call, 'read', ...areas);
  else demand(call, 'write', ...areas);
}

function issueNumberOf(call: Call): number {
  const number = Number(call.params['issue_number']);
  if (!call.state.issues.some((issue) => issue.number === number)) throw notFound();
  return number;
}

function findComment(call: Call): Comment {
  const id = Number(call.params['comment_id']);
  const comment = call.state.comments.find((candidate) => candidate.id === id);
  if (comment === undefined) throw notFound();
  return comment;
}

function bodyOf(call: Call): string {
  const { body } = call.body as { body: string };
  if (body.trim() === '') throw invalid({ resource: 'IssueComment', code: 'missing_field', field: 'body' });
  checkBodySize('IssueComment', body);
  return body;
}

/** Counts characters, not UTF-16 units. @throws ApiError 422 if a text is longer than GitHub stores */
function checkBodySize(resource: string, body: string): void {
  if (Array.from(body).length <= maxBodyCharacters) return;
  const message = `Body is too long (maximum is ${maxBodyCharacters} characters)`;
  throw invalid({ resource, code: 'unprocessable', field: 'data', message });
}
