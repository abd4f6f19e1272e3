import type { Account, App } from '../state.js';
import { nodeId, type Place } from './place.js';

const links = {
  followers_url: '/followers',
  following_url: '/following{/other_user}',
  gists_url: '/gists{/gist_id}',
  starred_url: '/starred{/owner}{/repo}',
  subscriptions_url: '/subscriptions',
  organizations_url: '/orgs',
  repos_url: '/repos',
  events_url: '/events{/privacy}',
  received_events_url: '/received_events',
};

export function presentAccount(place: Place, { id, login, type }: Account) {
  const url = `${place.url}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId(type, id),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    ...Object.fromEntries(Object.entries(links).map(([name, path]) => [name, encodeURI(`${url}${path}`)])),
    type,
    site_admin: false,
  };
}

export function presentApp(place: Place, app: App) {
  const owner: Account = { id: 9919, login: 'github', type: 'Organization' };
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('App', app.id),
    owner: presentAccount(place, owner),
    name: app.name,
    description: '',
    external_url: 'https://github.com',
    html_url: `https://github.com/apps/${app.slug}`,
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2018-07-30T09:30:17Z',
    permissions: app.permissions,
    events: [],
  };
}
