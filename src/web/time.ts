import { html, type Html } from './html.js';

/**
 * How far a time is from now. Also sent to the browser as it is written here, so it uses nothing from outside.
 * @param ms positive in the past
 */
export function distance(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const units: readonly [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const [size, unit] = units.find(([one]) => seconds >= 2 * one) ?? [1, 's'];
  const text = `${Math.floor(seconds / size)} ${unit}`;
  if (seconds < 1) return 'now';
  return ms < 0 ? `in ${text}` : `${text} ago`;
}

/** Whether a text is a time as the status has them. Other texts are shown as they are. */
export function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** A time and how long ago it was; the browser keeps the latter up to date. @param at ISO 8601, UTC */
export function time(at: string, now: Date): Html {
  if (!isTime(at)) return html`${at}`;
  const ms = Date.parse(at);
  const exact = new Date(ms).toISOString();
  const shown = `${exact.slice(0, 10)} ${exact.slice(11, 19)} UTC`;
  return html`<time datetime="${exact}"
    ><span data-age="${exact}">${distance(now.getTime() - ms)}</span>
    <span class="exact">${shown}</span></time
  >`;
}
