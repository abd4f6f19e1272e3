import { html, type Html } from './html.js';

/** A revision in short; the whole of it is its title. */
export function revision(id: string | null): Html {
  if (id === null) return html`unknown`;
  const short = id.replace(/^([0-9a-f]{10})[0-9a-f]{30,}/, '$1');
  return html`<code title="${id}">${short}</code>`;
}
