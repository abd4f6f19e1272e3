import type { Comment } from '../state.js';
import { presentAccount, presentApp } from './account.js';
import { associationOf } from './association.js';
import { apiUrl, nodeId, pageUrl, type Place } from './place.js';

export function presentComment(place: Place, comment: Comment) {
  const { id, issue } = comment;
  const isPull = place.state.pulls.some(({ number }) => number === issue);
  return {
    url: apiUrl(place, `/issues/comments/${id}`),
    html_url: pageUrl(place, `/${isPull ? 'pull' : 'issues'}/${issue}#issuecomment-${id}`),
    issue_url: apiUrl(place, `/issues/${issue}`),
    id,
    node_id: nodeId('IC', id),
    user: presentAccount(place, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: associationOf(place.state, comment.author),
    performed_via_github_app: comment.app === null ? null : presentApp(place, comment.app),
  };
}
