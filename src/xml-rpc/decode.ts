import { expectSpeakable } from './characters.js';
import { readPlainCall, readPlainResponse } from './decode-plain.js';
import { decodeValue, maxDepth } from './decode-value.js';
import {
  isStruct,
  type XmlRpcCall,
  XmlRpcError,
  type XmlRpcFault,
  type XmlRpcResult,
  type XmlRpcValue,
} from './value.js';
import { child, children, content, elements, type Node, parseXml, textOf } from './xml-tree.js';

/**
 * The result or the fault in a response.
 * @throws XmlRpcError when the body is not a whole XML-RPC response
 */
export function decodeResponse(body: string): XmlRpcResult {
  if (!/^\s*<(\?xml|methodResponse)/.test(body)) throw new XmlRpcError('the response is not XML-RPC');
  const plain = readPlainResponse(body);
  if (plain?.kind === 'fault') return { ok: false, fault: faultOf(plain.value) };
  if (plain?.kind === 'value') return { ok: true, value: plain.value };
  const inner = child(parseResponse(body), 'methodResponse');
  const fault = elements(inner).find((node) => 'fault' in node);
  if (fault !== undefined) {
    return { ok: false, fault: faultOf(decodeValue(child(content(fault), 'value'))) };
  }
  return { ok: true, value: decodeValue(child(child(child(inner, 'params'), 'param'), 'value')) };
}

function parseResponse(body: string): readonly Node[] {
  if (isTooDeep(body)) throw new XmlRpcError(`values nest deeper than ${maxDepth}`);
  if (!/<\/methodResponse>\s*$/.test(body)) throw new XmlRpcError('the response is incomplete');
  return parseXml(body);
}

/** Enough for 10,000 calls with a parameter in one `system.multicall`. */
const mostValuesOfCall = 50_000;

/**
 * Reads a `methodCall` from an untrusted sender.
 * @throws XmlRpcError when it is not one, or has too many values
 */
export function decodeCall(body: string): XmlRpcCall {
  if (hasMore(body, '<value', mostValuesOfCall)) {
    throw new XmlRpcError(`it has more than ${mostValuesOfCall} values`);
  }
  // As LAVA's parser. A database may refuse them, too.
  expectSpeakable(body);
  const plain = readPlainCall(body);
  if (plain !== null) return plain;
  if (isTooDeep(body)) throw new XmlRpcError(`values nest deeper than ${maxDepth}`);
  if (!/^\s*</.test(body)) throw new XmlRpcError('not XML', true);
  const call = child(parseXml(body), 'methodCall');
  // The parser accepts unclosed elements, but a truncated call must not be executed.
  if (!/<\/methodCall\s*>\s*$/.test(body)) throw new XmlRpcError('the call is incomplete', true);
  const [params, ...more] = children(call, 'params');
  if (more.length > 0) throw new XmlRpcError('two <params> instead of one');
  return {
    method: textOf(child(call, 'methodName')).trim(),
    params: children(params ?? [], 'param').map((param) => decodeValue(child(param, 'value'))),
  };
}

/** The value of a fault, which `system.multicall` also returns inside its result. */
export function faultOf(value: XmlRpcValue): XmlRpcFault {
  if (!isStruct(value)) throw new XmlRpcError('a fault without a code');
  const { faultCode, faultString } = value;
  if (typeof faultCode !== 'number' || typeof faultString !== 'string') {
    throw new XmlRpcError('a fault without a code');
  }
  return { code: faultCode, message: faultString };
}

function hasMore(text: string, part: string, most: number): boolean {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) {
    count += 1;
    if (count > most) return true;
  }
  return false;
}

/** A value has three elements per level: value, array and data; or value, struct and member. */
const maxElements = 4 * maxDepth;

/** Counts open elements without building anything: the parser's own tree is never deeper than this. */
function isTooDeep(xml: string): boolean {
  let depth = 0;
  for (const [, closing, , selfClosing] of xml.matchAll(/<(\/?)([a-zA-Z][^<>]*?)(\/?)>/g)) {
    if (closing === '/') depth -= 1;
    else if (selfClosing !== '/') depth += 1;
    if (depth > maxElements) return true;
  }
  return false;
}
