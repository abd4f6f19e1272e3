import { XmlRpcError, type XmlRpcValue } from './value.js';
import { child, children, content, elements, type Node, textOf } from './xml-tree.js';

/** Deeper values are rejected as hostile. */
export const maxDepth = 64;

/**
 * @param nodes what is inside `<value>`.
 * @throws XmlRpcError
 */
export function decodeValue(nodes: readonly Node[], depth = 0): XmlRpcValue {
  if (depth > maxDepth) throw new XmlRpcError(`values nest deeper than ${maxDepth}`);
  const [typed, ...more] = elements(nodes);
  if (typed === undefined) return textOf(nodes);
  if (more.length > 0) throw new XmlRpcError('a value with two types');
  const type = Object.keys(typed)[0] ?? '';
  const inner = content(typed);
  const scalar = decodeScalar(type, () => textOf(inner));
  if (scalar !== undefined) return scalar;
  switch (type) {
    case 'nil':
    case 'ex:nil':
      return null;
    case 'array':
      return children(child(inner, 'data'), 'value').map((item) => decodeValue(item, depth + 1));
    case 'struct':
      return Object.fromEntries(children(inner, 'member').map((member) => decodeMember(member, depth + 1)));
    default:
      throw new XmlRpcError(`an unknown type <${type.slice(0, 40)}>`);
  }
}

/**
 * @param type the name of the element
 * @param text returns what is inside it
 * @returns undefined for an element that is not a scalar with a text
 * @throws XmlRpcError
 */
export function decodeScalar(type: string, text: () => string): Exclude<XmlRpcValue, null> | undefined {
  switch (type) {
    case 'string':
      return text();
    case 'int':
    case 'i1':
    case 'i2':
    case 'i4':
    case 'i8':
    case 'biginteger':
      return decodeInteger(text());
    case 'boolean':
      return decodeBoolean(text());
    case 'double':
    case 'float':
      return decodeDouble(text());
    case 'dateTime.iso8601':
      return decodeDate(text());
    case 'base64':
      return new Uint8Array(Buffer.from(text(), 'base64'));
    default:
      return undefined;
  }
}

function decodeMember(nodes: readonly Node[], depth: number): [string, XmlRpcValue] {
  return [textOf(child(nodes, 'name')), decodeValue(child(nodes, 'value'), depth)];
}

function decodeInteger(text: string): number {
  const value = Number(text.trim());
  if (!/^\s*[-+]?\d+\s*$/.test(text) || !Number.isSafeInteger(value))
    throw new XmlRpcError(`not an integer: ${text.slice(0, 40)}`);
  return value;
}

function decodeBoolean(text: string): boolean {
  const value = text.trim();
  if (value !== '0' && value !== '1') throw new XmlRpcError(`not a boolean: ${text.slice(0, 40)}`);
  return value === '1';
}

function decodeDouble(text: string): number {
  const value = Number(text.trim());
  if (text.trim() === '' || !Number.isFinite(value))
    throw new XmlRpcError(`not a number: ${text.slice(0, 40)}`);
  return value;
}

function decodeDate(text: string): Date {
  const parts = /^\s*(\d{4})-?(\d\d)-?(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(text);
  if (parts === null) throw new XmlRpcError(`not a date: ${text.slice(0, 40)}`);
  const [, year, month, day, hour, minute, second] = parts;
  const date = new Date(
    `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`,
  );
  if (Number.isNaN(date.getTime())) throw new XmlRpcError(`not a date: ${text.slice(0, 40)}`);
  return date;
}
