import { XMLParser } from 'fast-xml-parser';
import { XmlRpcError, type XmlRpcFault, type XmlRpcResult, type XmlRpcValue } from './value.js';

/** An element or a piece of text as fast-xml-parser gives it with `preserveOrder`. */
type Node = Readonly<Record<string, readonly Node[] | string>>;

const textKey = '#text';
const cdataKey = '#cdata';
/** Deeper answers are hostile. */
const maxDepth = 64;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  trimValues: false,
  // Entities are resolved here, in one pass: `&amp;lt;` is `&lt;`, and never `<`.
  processEntities: false,
  cdataPropName: cdataKey,
  textNodeName: textKey,
});

/** The result or the fault in a response. @throws XmlRpcError when the body is not a whole XML-RPC response */
export function decodeResponse(body: string): XmlRpcResult {
  if (!/^\s*<(\?xml|methodResponse)/.test(body)) throw new XmlRpcError('the answer is not XML-RPC');
  if (!/<\/methodResponse>\s*$/.test(body)) throw new XmlRpcError('the answer ends in the middle');
  if (/<!DOCTYPE/i.test(body)) throw new XmlRpcError('the answer declares a document type');
  const inner = only(children(parse(body), 'methodResponse'), 'methodResponse');
  const fault = elements(inner).find((node) => 'fault' in node);
  if (fault !== undefined) {
    return { ok: false, fault: faultOf(decodeValue(only(children(content(fault), 'value'), 'fault'), 0)) };
  }
  const param = only(children(only(children(inner, 'params'), 'params'), 'param'), 'param');
  return { ok: true, value: decodeValue(only(children(param, 'value'), 'value'), 0) };
}

/** The value of a fault, as `system.multicall` also gives it inside its result. */
export function faultOf(value: XmlRpcValue): XmlRpcFault {
  if (!isStruct(value)) throw new XmlRpcError('a fault without a code');
  const { faultCode, faultString } = value;
  if (typeof faultCode !== 'number' || typeof faultString !== 'string') {
    throw new XmlRpcError('a fault without a code');
  }
  return { code: faultCode, message: faultString };
}

export function isStruct(value: XmlRpcValue): value is { readonly [name: string]: XmlRpcValue } {
  return (
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  );
}

function parse(body: string): readonly Node[] {
  try {
    return parser.parse(body) as readonly Node[];
  } catch (error) {
    throw new XmlRpcError(`the answer is not XML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @param nodes what is inside `<value>` */
function decodeValue(nodes: readonly Node[], depth: number): XmlRpcValue {
  if (depth > maxDepth) throw new XmlRpcError(`the answer nests deeper than ${maxDepth}`);
  const [typed, ...more] = elements(nodes);
  if (typed === undefined) return textOf(nodes);
  if (more.length > 0) throw new XmlRpcError('a value with two types');
  const type = Object.keys(typed)[0] ?? '';
  const inner = content(typed);
  switch (type) {
    case 'string':
      return textOf(inner);
    case 'int':
    case 'i1':
    case 'i2':
    case 'i4':
    case 'i8':
    case 'biginteger':
      return decodeInteger(textOf(inner));
    case 'boolean':
      return decodeBoolean(textOf(inner));
    case 'double':
    case 'float':
      return decodeDouble(textOf(inner));
    case 'dateTime.iso8601':
      return decodeDate(textOf(inner));
    case 'base64':
      return new Uint8Array(Buffer.from(textOf(inner), 'base64'));
    case 'nil':
    case 'ex:nil':
      return null;
    case 'array':
      return children(only(children(inner, 'data'), 'data'), 'value').map((item) =>
        decodeValue(item, depth + 1),
      );
    case 'struct':
      return Object.fromEntries(children(inner, 'member').map((member) => decodeMember(member, depth + 1)));
    default:
      throw new XmlRpcError(`an unknown type <${type}>`);
  }
}

function decodeMember(nodes: readonly Node[], depth: number): [string, XmlRpcValue] {
  const name = textOf(only(children(nodes, 'name'), 'name'));
  return [name, decodeValue(only(children(nodes, 'value'), 'value'), depth)];
}

function decodeInteger(text: string): number {
  const value = Number(text.trim());
  if (!/^\s*[-+]?\d+\s*$/.test(text) || !Number.isSafeInteger(value))
    throw new XmlRpcError(`not an integer: ${text}`);
  return value;
}

function decodeBoolean(text: string): boolean {
  const value = text.trim();
  if (value !== '0' && value !== '1') throw new XmlRpcError(`not a boolean: ${text}`);
  return value === '1';
}

function decodeDouble(text: string): number {
  const value = Number(text.trim());
  if (text.trim() === '' || !Number.isFinite(value)) throw new XmlRpcError(`not a number: ${text}`);
  return value;
}

function decodeDate(text: string): Date {
  const parts = /^\s*(\d{4})-?(\d\d)-?(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(text);
  if (parts === null) throw new XmlRpcError(`not a date: ${text}`);
  const [, year, month, day, hour, minute, second] = parts;
  const date = new Date(
    `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`,
  );
  if (Number.isNaN(date.getTime())) throw new XmlRpcError(`not a date: ${text}`);
  return date;
}

function textOf(nodes: readonly Node[]): string {
  let text = '';
  for (const node of nodes) {
    const plain = node[textKey];
    const cdata = node[cdataKey];
    if (typeof plain === 'string') text += resolveReferences(plain);
    else if (Array.isArray(cdata)) text += (cdata as readonly Node[]).map(rawTextOf).join('');
    else throw new XmlRpcError(`an element <${Object.keys(node)[0] ?? ''}> where text is due`);
  }
  return text;
}

/** CDATA holds no references. */
function rawTextOf(node: Node): string {
  const text = node[textKey];
  return typeof text === 'string' ? text : '';
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function resolveReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) {
        const character = named[name];
        if (character === undefined) throw new XmlRpcError(`an unknown entity ${whole}`);
        return character;
      }
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      if (code > 0x10ffff) throw new XmlRpcError(`no such character: ${whole}`);
      return String.fromCodePoint(code);
    },
  );
}

/** The contents of all elements of this name among the nodes. */
function children(nodes: readonly Node[], name: string): (readonly Node[])[] {
  return elements(nodes)
    .filter((node) => name in node)
    .map((node) => content(node));
}

function elements(nodes: readonly Node[]): Node[] {
  return nodes.filter((node) => !(textKey in node) && !(cdataKey in node));
}

function content(node: Node): readonly Node[] {
  const inner = Object.values(node)[0];
  return Array.isArray(inner) ? (inner as readonly Node[]) : [];
}

function only<T>(found: readonly T[], name: string): T {
  const [first] = found;
  if (first === undefined || found.length > 1)
    throw new XmlRpcError(`${found.length} <${name}> where one is due`);
  return first;
}
