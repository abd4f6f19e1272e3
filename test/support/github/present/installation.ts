import { accountOf, type App } from '../state.js';
import { presentAccount } from './account.js';
import type { Place } from './place.js';

export function presentInstallation(place: Place, app: App) {
  const { url, state } = place;
  const owner = accountOf(state, state.repository.split('/')[0] ?? '');
  const id = app.installationId;
  return {
    id,
    account: presentAccount(place, owner),
    repository_selection: 'selected',
    access_tokens_url: `${url}/app/installations/${id}/access_tokens`,
    repositories_url: `${url}/installation/repositories`,
    html_url: `https://github.com/organizations/${owner.login}/settings/installations/${id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: owner.id,
    target_type: owner.type,
    permissions: app.permissions,
    events: [],
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    single_file_name: null,
    suspended_by: null,
    suspended_at: null,
  };
}
