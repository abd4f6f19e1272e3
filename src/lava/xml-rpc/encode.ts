import { XmlRpcError, type XmlRpcValue } from './value.js';

/** The body of a request. @throws XmlRpcError when a text holds a character that XML 1.0 has no form for */
export function encodeCall(method: string, params: readonly XmlRpcValue[]): string {
  const values = params.map((value) => `<param>${encodeValue(value)}</param>`).join('');
  return `<?xml version="1.0"?>\n<methodCall><methodName>${encodeText(method)}</methodName><params>${values}</params></methodCall>`;
}

/** `<value>...</value>` */
export function encodeValue(value: XmlRpcValue): string {
  return `<value>${encodeTyped(value)}</value>`;
}

function encodeTyped(value: XmlRpcValue): string {
  if (value === null) return '<nil/>';
  if (typeof value === 'string') return `<string>${encodeText(value)}</string>`;
  if (typeof value === 'boolean') return `<boolean>${value ? '1' : '0'}</boolean>`;
  if (typeof value === 'number') return encodeNumber(value);
  if (value instanceof Date) return `<dateTime.iso8601>${encodeDate(value)}</dateTime.iso8601>`;
  if (value instanceof Uint8Array) return `<base64>${Buffer.from(value).toString('base64')}</base64>`;
  if (Array.isArray(value)) {
    return `<array><data>${value.map((item: XmlRpcValue) => encodeValue(item)).join('')}</data></array>`;
  }
  const members = Object.entries(value as { readonly [name: string]: XmlRpcValue }).map(
    ([name, member]) => `<member><name>${encodeText(name)}</name>${encodeValue(member)}</member>`,
  );
  return `<struct>${members.join('')}</struct>`;
}

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new XmlRpcError(`XML-RPC has no form for the number ${value}`);
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return `<double>${encodeDouble(value)}</double>`;
  return value >= -(2 ** 31) && value < 2 ** 31 ? `<int>${value}</int>` : `<i8>${value}</i8>`;
}

function encodeDouble(value: number): string {
  return Object.is(value, -0) ? '-0.0' : String(value);
}

function encodeDate(date: Date): string {
  if (Number.isNaN(date.getTime())) throw new XmlRpcError('an invalid date');
  return date.toISOString().slice(0, 19).replaceAll('-', '');
}

/**
 * CR is written as a reference: a literal one is read back as LF.
 * @throws XmlRpcError
 */
function encodeText(text: string): string {
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

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#13;',
};

/** Everything outside the production `Char` of XML 1.0: control characters, lone surrogates, U+FFFE, U+FFFF. */
const unspeakable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
