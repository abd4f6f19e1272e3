/**
 * What the status contains beyond what the page knows: incidents, maintenance windows, suspensions. Any value is shown as
 * terms and lists, to a limited depth.
 */
import { html, type Html } from './html.js';
import { list } from './list.js';
import { isTime, time } from './time.js';

const mostDepth = 4;
const mostItems = 50;

export interface OtherValue {
  /** In words: `nextWindows` is "Next windows". */
  readonly title: string;
  readonly content: Html;
}

/** @param known the keys that are shown elsewhere */
export function othersOf(value: object, known: readonly string[], now: Date): OtherValue[] {
  return Object.entries(value)
    .filter(([key, one]) => !known.includes(key) && !isEmpty(one))
    .slice(0, mostItems)
    .map(([key, one]) => ({ title: capital(wordsOf(key)), content: describe(one, now, 0) }));
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function describe(value: unknown, now: Date, depth: number): Html {
  if (typeof value === 'string') return isTime(value) ? time(value, now) : html`${value}`;
  if (typeof value === 'boolean') return html`${value ? 'yes' : 'no'}`;
  if (typeof value !== 'object' || value === null) return html`${String(value)}`;
  if (depth >= mostDepth) return html`…`;
  if (Array.isArray(value)) {
    return list<unknown>(value, mostItems, 'entries', (item) => describe(item, now, depth + 1));
  }
  const entries = Object.entries(value as Record<string, unknown>).filter(([, one]) => !isEmpty(one));
  return html`<dl class="pairs">
    ${entries.slice(0, mostItems).map(
      ([key, one]) =>
        html`<div>
          <dt>${wordsOf(key)}</dt>
          <dd>${describe(one, now, depth + 1)}</dd>
        </div> `,
    )}
  </dl>`;
}

/** Names of fields become words; names of masters and devices stay. */
function wordsOf(key: string): string {
  const isField = /^[a-z]+(?:[A-Z][a-z]*)+$/.test(key);
  return isField ? key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) : key;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
