import { spend } from '../limits.js';
import { PyObject, type Show, type Value } from './types.js';

/** markupsafe's `Markup`: a str that is known to be safe in HTML. Text that joins it is escaped. */
export class Markup extends PyObject {
  readonly typeName = 'Markup';

  constructor(readonly text: string) {
    super();
  }

  override repr(show: Show): string {
    return `Markup(${show(this.text)})`;
  }

  override str(): string {
    return this.text;
  }

  override isTrue(): boolean {
    return this.text !== '';
  }

  override length(): number {
    return codePointLength(this.text);
  }

  override iterate(): Iterator<Value> {
    return this.text[Symbol.iterator]();
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '>': '&gt;',
  '<': '&lt;',
  "'": '&#39;',
  '"': '&#34;',
};

/** markupsafe's `escape` of plain text. */
export function escapeText(text: string): string {
  return /[&<>'"]/.test(text)
    ? text.replace(/[&<>'"]/g, (character) => ESCAPES[character] ?? character)
    : text;
}

/** Python's `len` of a str: code points. */
export function codePointLength(text: string): number {
  if (text.length > 4096) spend(text.length >> 10);
  let pairs = 0;
  for (let index = 0; index < text.length - 1; index++) {
    if ((text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) {
      pairs++;
      index++;
    }
  }
  return text.length - pairs;
}
