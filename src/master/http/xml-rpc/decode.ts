import { XMLParser } from 'fast-xml-parser';
import { faultCodes, RpcFault, type RpcCall, type RpcValue } from './values.js';

/** Deeper nesting than any call of LAVA's has. */
const maxDepth = 20;

/** An element or a text, in the order in which they stand (fast-xml-parser's `preserveOrder`). */
type Node = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
});

/** Reads a `methodCall`. @throws RpcFault when it is none; a document type is refused, whatever it declares */
export function decodeCall(xml: string): RpcCall {
  if (/<!\s*(DOCTYPE|ENTITY)/i.test(xml)) throw invalid('a document type is not allowed');
  if (tooDeep(xml)) throw invalid('it is nested too deeply');
  const call = child(parse(xml), 'methodCall');
  const method = call === undefined ? undefined : child(call, 'methodName');
  if (call === undefined || method === undefined) throw invalid('it is no methodCall with a methodName');
  const parameters = elements(child(call, 'params') ?? []).map(([name, content]) => {
    const value = name === 'param' ? child(content, 'value') : undefined;
    if (value === undefined) throw invalid('params may hold only param with a value');
    return decodeValue(value, 0);
  });
  return { method: text(method).trim(), parameters };
}

function parse(xml: string): readonly Node[] {
  try {
    return parser.parse(xml) as readonly Node[];
  } catch {
    throw new RpcFault(faultCodes.notWellFormed, 'The request is not well-formed XML.');
  }
}

/** Counts open elements without building anything: the parser's own tree is never deeper than this. */
function tooDeep(xml: string): boolean {
  // A value has three elements a level: value, array and data; or value, struct and member.
  const limit = 4 * maxDepth;
  let depth = 0;
  for (const [, closing, , selfClosing] of xml.matchAll(/<(\/?)([a-zA-Z][^<>]*?)(\/?)>/g)) {
    if (closing === '/') depth -= 1;
    else if (selfClosing !== '/') depth += 1;
    if (depth > limit) return true;
  }
  return false;
}

function decodeValue(content: readonly Node[], depth: number): RpcValue {
  if (depth > maxDepth) throw invalid('it is nested too deeply');
  const [typed, ...rest] = elements(content);
  if (typed === undefined) return text(content);
  if (rest.length > 0) throw invalid('a value has one type');
  const [type, inner] = typed;
  switch (type) {
    case 'string':
      return text(inner);
    case 'int':
    case 'i4':
    case 'i8':
      return wholeNumber(text(inner).trim());
    case 'double':
      return realNumber(text(inner).trim());
    case 'boolean':
      return truth(text(inner).trim());
    case 'nil':
      return null;
    case 'base64':
      return Buffer.from(text(inner), 'base64');
    case 'dateTime.iso8601':
      return moment(text(inner).trim());
    case 'array':
      return elements(child(inner, 'data') ?? []).map(([name, item]) => {
        if (name !== 'value') throw invalid('an array holds only values');
        return decodeValue(item, depth + 1);
      });
    case 'struct':
      return Object.fromEntries(elements(inner).map(([name, item]) => member(name, item, depth)));
    default:
      throw invalid(`there is no type ${type.slice(0, 40)}`);
  }
}

function member(name: string, content: readonly Node[], depth: number): [string, RpcValue] {
  const key = child(content, 'name');
  const value = child(content, 'value');
  if (name !== 'member' || key === undefined || value === undefined) {
    throw invalid('a struct holds only members with a name and a value');
  }
  return [text(key), decodeValue(value, depth + 1)];
}

function wholeNumber(digits: string): number {
  const value = Number(digits);
  if (!/^[-+]?\d+$/.test(digits) || !Number.isSafeInteger(value)) throw invalid('an int is no whole number');
  return value;
}

function realNumber(digits: string): number {
  const value = Number(digits);
  if (digits === '' || !Number.isFinite(value)) throw invalid('a double is no number');
  return value;
}

function truth(digit: string): boolean {
  if (digit !== '0' && digit !== '1') throw invalid('a boolean is neither 0 nor 1');
  return digit === '1';
}

function moment(value: string): Date {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2}):(\d{2}):(\d{2})$/.exec(value);
  if (parts === null) throw invalid('a dateTime.iso8601 is not YYYYMMDDTHH:MM:SS');
  const [, year, month, day, hour, minute, second] = parts;
  return new Date(
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)),
  );
}

function invalid(why: string): RpcFault {
  return new RpcFault(faultCodes.invalidRequest, `The request is not XML-RPC: ${why}.`);
}

/** The child elements with their content; texts between them are left out. */
function elements(content: readonly Node[]): [string, readonly Node[]][] {
  return content.flatMap((node) =>
    Object.entries(node)
      .filter(([name]) => name !== '#text' && name !== ':@' && !name.startsWith('?'))
      .map(([name, inner]): [string, readonly Node[]] => [name, inner as readonly Node[]]),
  );
}

function child(content: readonly Node[], wanted: string): readonly Node[] | undefined {
  return elements(content).find(([name]) => name === wanted)?.[1];
}

function text(content: readonly Node[]): string {
  return content.map((node) => (typeof node['#text'] === 'string' ? node['#text'] : '')).join('');
}
