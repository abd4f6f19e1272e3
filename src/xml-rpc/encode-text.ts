import { unspeakable } from './characters.js';
import { XmlRpcError } from './value.js';

/**
 * CR is written as a character reference, because a literal one is read back as LF.
 * @throws XmlRpcError
 */
export function encodeText(text: string): string {
  const at = text.search(unspeakable);
  if (at !== -1) {
    const line = text.slice(0, at).split('\n').length;
    const code = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw new XmlRpcError(
      `the character U+${code} in line ${line} cannot be sent to LAVA: XML has no form for it`,
    );
  }
  return text.replace(/[&<>\r]/g, (character) => references[character] ?? character);
}

/** The text with U+FFFD for every character that XML cannot represent. */
export function replaceUnspeakable(text: string): string {
  return text.replace(allUnspeakable, '\ufffd');
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#13;',
};

const allUnspeakable = new RegExp(unspeakable, 'gu');
