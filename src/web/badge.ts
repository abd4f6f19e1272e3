import { html, type Html } from './html.js';
import type { Level } from './judge.js';

/** Shapes differ, so that a state can be seen without its color. */
const shapes: Readonly<Record<Level, string>> = { good: '●', busy: '◐', warning: '▲', bad: '■', off: '○' };

export function badge(level: Level, state: string): Html {
  return html`<span class="badge ${level}"><span aria-hidden="true">${shapes[level]}</span> ${state}</span>`;
}
