import {
  decodeCall,
  decodeResponse,
  encodeCall,
  encodeFault,
  encodeResponse,
  XmlRpcError,
  type XmlRpcValue,
} from '../../../src/xml-rpc/index.js';
import { expectEqual, outcomeOf, type Target } from '../target.js';

const value: XmlRpcValue = {
  text: 'a & b <c>\r\n\té',
  list: [1, -1, 2.5, true, false, null, 'x', ['nested', { deep: [] }], {}],
  when: new Date('2026-11-30T12:00:00Z'),
  bytes: new Uint8Array([0, 1, 255]),
  big: 2 ** 40,
};
const tokens = [
  ...['methodCall', 'methodResponse', 'methodName', 'params', 'param', 'value', 'fault', 'array', 'data', 'struct'],
  ...['member', 'name', 'string', 'int', 'i4', 'i8', 'boolean', 'double', 'dateTime.iso8601', 'base64', 'nil'],
].flatMap((name) => [`<${name}>`, `</${name}>`, `<${name}/>`]).concat([
  '<?xml version="1.0"?>', '<!-- x -->', '<!--', '-->', '<![CDATA[x]]>', '<![CDATA[', ']]>', '<!DOCTYPE x>', '<!ENTITY a "b">', '<ex:nil/>',
  '&amp;', '&lt;', '&#13;', '&#0;', '&#xD800;', '&#x110000;', '&nbsp;', '&amp;lt;', '<a b="c">', '<?pi x?>', ' x="1>2"', "='", '<value><',
  'system.multicall', 'system.listMethods', 'scheduler.jobs.submit', '19980717T14:08:55', '1998-07-17T14:08:55Z', 'methodName', '<value> x </value>',
]); // prettier-ignore

/** A carriage return at the end changes nothing, but makes the fast reader give up. */
const careful = '\r';

export const xmlRpcCall: Target = {
  name: 'xml-rpc-call',
  reach: 'strangers: the body of POST /RPC2',
  seeds: [
    encodeCall('system.listMethods', []),
    encodeCall('scheduler.jobs.submit', ['job_name: x\n']),
    encodeCall('scheduler.devices.update', ['b1', value]),
    encodeCall('system.multicall', [[{ methodName: 'scheduler.devices.list', params: [true] }]]),
    '<methodCall><methodName>a</methodName></methodCall>',
    '<?xml version="1.0"?><methodCall><methodName>a</methodName><params><param><value>x</value></param><param><value><i4>1</i4></value></param></params></methodCall>',
    '<methodCall><!-- c --><methodName>a</methodName><params><param><value><string><![CDATA[<x>]]></string></value></param></params></methodCall>',
  ],
  tokens,
  mostBytes: 64 * 1024,
  msPerKib: 12,
  open: () => ({
    check: (input) => {
      const body = input.toString('utf8');
      const call = outcomeOf(() => decodeCall(body), XmlRpcError);
      if (!('value' in call)) return;
      if (!body.includes('\r')) {
        expectEqual('the fast and the careful reader agree', call.value, decodeCall(body + careful));
      }
      const again = outcomeOf(() => encodeCall(call.value.method, call.value.params), XmlRpcError);
      if (!('value' in again)) return;
      expectEqual('a call that is encoded is read back', decodeCall(again.value), trimmed(call.value));
    },
  }),
};

function trimmed<T extends { readonly method: string }>(call: T): T {
  return { ...call, method: call.method.trim() };
}

export const xmlRpcResponse: Target = {
  name: 'xml-rpc-response',
  reach: 'masters: the response to a call',
  seeds: [
    encodeResponse(value),
    encodeResponse([[{ a: 1 }], { faultCode: 404, faultString: 'not found' }]),
    encodeFault({ code: 403, message: 'no & <never>' }),
    '<methodResponse><fault><value><struct></struct></value></fault></methodResponse>',
    '<methodResponse><params><param><value><base64>aGVs\nbG8=</base64></value></param></params></methodResponse>\n',
  ],
  tokens,
  mostBytes: 64 * 1024,
  msPerKib: 12,
  open: () => ({
    check: (input) => {
      const body = input.toString('utf8');
      const result = outcomeOf(() => decodeResponse(body), XmlRpcError);
      if (!('value' in result)) return;
      if (!body.includes('\r')) {
        expectEqual('the fast and the careful reader agree', result.value, decodeResponse(body + careful));
      }
      const { value: read } = result;
      const text = read.ok ? encodeResponse(read.value) : encodeFault(read.fault);
      const again = outcomeOf(() => decodeResponse(text), XmlRpcError);
      if ('value' in again && !/&#|[^\t\n\r -~]/.test(body)) {
        expectEqual('a response that is encoded is read back', again.value, read);
      }
    },
  }),
};
