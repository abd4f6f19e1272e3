import { encodeText, replaceUnspeakable } from './encode-text.js';
import { XmlRpcError, type XmlRpcFault, type XmlRpcStruct, type XmlRpcValue } from './value.js';

/** How a text is encoded: what happens to characters that XML cannot represent. */
type TextRule = (text: string) => string;

/**
 * The body of a request.
 * @throws XmlRpcError when a text contains a character that XML 1.0 cannot represent
 */
export function encodeCall(method: string, params: readonly XmlRpcValue[]): string {
  const values = params.map((value) => `<param>${encodeValue(value)}</param>`).join('');
  return `<?xml version="1.0"?>\n<methodCall><methodName>${encodeText(method)}</methodName><params>${values}</params></methodCall>`;
}

/**
 * `<value>...</value>`, for a request.
 * @throws XmlRpcError as `encodeCall`
 */
export function encodeValue(value: XmlRpcValue): string {
  return encode(value, encodeText);
}

/** The body of a response. Characters that XML cannot represent become U+FFFD, because a response cannot be refused. */
export function encodeResponse(value: XmlRpcValue): string {
  return `${responseHead}<params><param>${encode(value, lenient)}</param></params></methodResponse>\n`;
}

/** `<value>...</value>` as an item of a response, for `encodeListResponse`. */
export function encodeItem(value: XmlRpcValue): string {
  return encode(value, lenient);
}

/** As `encodeResponse` for a list whose items are encoded already, so that a long one is not encoded all at once. */
export function encodeListResponse(items: readonly string[]): string {
  const list = `<value><array><data>${items.join('')}</data></array></value>`;
  return `${responseHead}<params><param>${list}</param></params></methodResponse>\n`;
}

/** The body of a response that is a fault. */
export function encodeFault(fault: XmlRpcFault): string {
  return `${responseHead}<fault>${encode(faultValue(fault), lenient)}</fault></methodResponse>\n`;
}

/** A fault as a value: how one call of a `system.multicall` fails. */
export function faultValue(fault: XmlRpcFault): XmlRpcStruct {
  return { faultCode: fault.code, faultString: fault.message };
}

const responseHead = "<?xml version='1.0'?>\n<methodResponse>";

const lenient: TextRule = (text) => encodeText(replaceUnspeakable(text));

function encode(value: XmlRpcValue, text: TextRule): string {
  return `<value>${encodeTyped(value, text)}</value>`;
}

function encodeTyped(value: XmlRpcValue, text: TextRule): string {
  if (value === null) return '<nil/>';
  if (typeof value === 'string') return `<string>${text(value)}</string>`;
  if (typeof value === 'boolean') return `<boolean>${value ? '1' : '0'}</boolean>`;
  if (typeof value === 'number') return encodeNumber(value);
  if (value instanceof Date) return `<dateTime.iso8601>${encodeDate(value)}</dateTime.iso8601>`;
  if (value instanceof Uint8Array) return `<base64>${Buffer.from(value).toString('base64')}</base64>`;
  if (Array.isArray(value)) {
    return `<array><data>${value.map((item: XmlRpcValue) => encode(item, text)).join('')}</data></array>`;
  }
  const members = Object.entries(value as XmlRpcStruct).map(
    ([name, member]) => `<member><name>${text(name)}</name>${encode(member, text)}</member>`,
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
