import type { Master } from '../master.js';
import { type Answer, html, type RestRequest } from './request.js';

/** A select of the browsable API shows no more entries than this. */
const maxOptions = 1000;

/**
 * The relevant part of the browsable API's page for the list of devices. Before 2026.04, the IDs of users and groups are
 * only in its form, which is shown only to users who may add a device.
 */
export function accountsPage(master: Master, { caller }: RestRequest): Answer {
  const users = [...master.state.users].map(([id, user]) => [id, user.name] as const);
  const form =
    caller?.isSuperuser === true
      ? `<form>${select('physical_owner', users)}${select('physical_group', [...master.state.groups])}</form>`
      : '';
  return html(200, `<!DOCTYPE html><html><head><title>Device List</title></head><body>${form}</body></html>`);
}

function select(name: string, entries: readonly (readonly [number, string])[]): string {
  const options = entries
    .slice(0, maxOptions)
    .map(([id, text]) => `<option value="${id}">${escape(text)}</option>`);
  const more = entries.length > maxOptions ? '<option disabled>more</option>' : '';
  return `<select class="form-control" name="${name}"><option value="">---------</option>${options.join('\n')}${more}</select>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#x27;');
}
