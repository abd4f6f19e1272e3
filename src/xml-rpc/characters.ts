import { XmlRpcError } from './value.js';

/** Everything outside the production `Char` of XML 1.0: control characters, lone surrogates, U+FFFE, U+FFFF. */
export const unspeakable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * The character of a reference such as `&#13;`.
 * @throws XmlRpcError when XML has no such character
 */
export function characterOf(code: number, reference: string): string {
  const character = code > 0x10ffff ? '' : String.fromCodePoint(code);
  if (character === '' || unspeakable.test(character))
    throw new XmlRpcError(`no such character: ${reference}`, true);
  return character;
}

/** @throws XmlRpcError when a text contains a character that XML cannot represent */
export function expectSpeakable(text: string): void {
  const at = text.search(unspeakable);
  if (at < 0) return;
  const code = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  throw new XmlRpcError(`the character U+${code} is not allowed in XML`, true);
}
