import { html, type Html } from './html.js';

/**
 * A list of limited length.
 * @param noun of the items that are left out, in the plural
 */
export function list<T>(items: readonly T[], most: number, noun: string, format: (item: T) => Html): Html {
  const left = items.length - most;
  return html`<ul>
    ${items.slice(0, most).map((item) => html`<li>${format(item)}</li> `)}${
      left > 0
        ? html`<li class="more">${left} more ${noun}: see <a href="status.json">status.json</a></li>`
        : null
    }
  </ul>`;
}

/** A list that is folded if it is long. @param id the same for the same list, so that it stays open while it changes */
export function folded(id: string, summary: Html, content: Html, isOpen: boolean): Html {
  return html`<details id="${id}" ${isOpen ? html`open` : null}>
    <summary>${summary}</summary>
    ${content}
  </details>`;
}

export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
