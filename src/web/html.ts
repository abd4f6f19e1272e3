import { visible } from '../diagnostics/index.js';

/** Markup that may be sent as it is. Only `html` makes it. */
export class Html {
  /** @param markup every text in it is escaped */
  constructor(readonly markup: string) {}
}

type Value = Html | string | number | null | readonly Html[];

/** Longer texts are cut: one value must not fill the page. */
const longestText = 600;

/**
 * A template for markup. Every value but markup is a text: it is escaped, so that it cannot leave its place, and characters
 * that nobody sees are shown. That holds for elements and for quoted attributes.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const parts = strings.flatMap((literal, index) => [literal, markupOf(values[index] ?? null)]);
  return new Html(parts.join(''));
}

function markupOf(value: Value): string {
  if (value === null) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escape(clip(value));
  return value.map(({ markup }) => markup).join('');
}

function clip(text: string): string {
  const isLong = text.length > longestText;
  return isLong ? `${text.slice(0, longestText)}… (${text.length} characters)` : text;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
