import type { State } from '../state.js';

/** What a presentation needs besides the object: the state it belongs to, and the base URL of the API. */
export interface Place {
  readonly state: State;
  readonly url: string;
}

export function nodeId(kind: string, id: number): string {
  return `${kind}_${Buffer.from(String(id)).toString('base64url')}`;
}

/** URL of something of the repository in the API. */
export function apiUrl({ state, url }: Place, path = ''): string {
  return `${url}/repos/${state.repository}${path}`;
}

/** URL of something of the repository on GitHub's pages. */
export function pageUrl({ state }: Place, path = ''): string {
  return `https://github.com/${state.repository}${path}`;
}
