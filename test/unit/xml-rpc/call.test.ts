import { describe, expect, test } from 'vitest';
import {
  decodeCall,
  encodeFault,
  encodeResponse,
  RpcFault,
  XmlRpcError,
} from '../../../src/xml-rpc/index.js';

function callWith(...values: string[]): string {
  const params = values.map((value) => `<param><value>${value}</value></param>`).join('');
  return `<?xml version='1.0'?>\n<methodCall>\n<methodName>a.b</methodName>\n<params>\n${params}</params>\n</methodCall>\n`;
}

describe('a call is read', () => {
  test.each([
    ['text', '<string>a &amp; b &lt;c&gt; &#228;&#xe4;</string>', 'a & b <c> ää'],
    ['text without a type', ' a ', ' a '],
    ['an empty text', '<string></string>', ''],
    ['text that looks like a number', '<string>007</string>', '007'],
    ['text with white space', '<string>  a\n b </string>', '  a\n b '],
    ['a number', '<int>-12</int>', -12],
    ['a double', '<double>1.5</double>', 1.5],
    ['a flag', '<boolean>1</boolean>', true],
    ['nil', '<nil/>', null],
    ['bytes', '<base64>aGk=\n</base64>', new Uint8Array([104, 105])],
    ['a moment', '<dateTime.iso8601>20260102T03:04:05</dateTime.iso8601>', new Date('2026-01-02T03:04:05Z')],
    ['a list', '<array><data>\n<value><int>1</int></value>\n<value>x</value></data></array>', [1, 'x']],
    [
      'a mapping',
      '<struct><member><name>k</name><value><boolean>0</boolean></value></member></struct>',
      { k: false },
    ],
  ])('%s', (_what, xml, value) => {
    expect(decodeCall(callWith(xml))).toEqual({ method: 'a.b', params: [value] });
  });

  test('without parameters', () => {
    const xml = '<methodCall><methodName>system.version</methodName></methodCall>';
    expect(decodeCall(xml)).toEqual({ method: 'system.version', params: [] });
  });

  test.each(['&#0;', '&#xD800;', '&#x1b;', '\0', '\x1b', '\uffff'])(
    'a character that XML does not have is not read: %j',
    (character) => {
      for (const body of [callWith(`a${character}`), callWith(`<string>${character}</string><!-- -->`)]) {
        expect(() => decodeCall(body)).toThrow(
          expect.objectContaining({ name: 'XmlRpcError', isSyntax: true }),
        );
      }
    },
  );

  test('__proto__ is a name like any other', () => {
    const member = '<member><name>__proto__</name><value><int>1</int></value></member>';
    const [value] = decodeCall(callWith(`<struct>${member}</struct>`)).params;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('refused', () => {
  test.each([
    ['what is no XML', 'hello'],
    ['another document', '<html><body/></html>'],
    ['half a call', '<methodCall><methodName>a.b</methodName><params>'],
    ['a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${callWith('<string>&b;</string>')}`],
    ['an unknown type', callWith('<array2/>')],
    ['a broken number', callWith('<int>1x</int>')],
    ['a broken flag', callWith('<boolean>yes</boolean>')],
    ['two types', callWith('<int>1</int><int>2</int>')],
    [
      'deep nesting',
      callWith(`${'<array><data><value>'.repeat(5000)}${'</value></data></array>'.repeat(5000)}`),
    ],
  ])('%s', (_what, xml) => {
    expect(() => decodeCall(xml)).toThrow(XmlRpcError);
  });
});

test('an answer is written as XML-RPC', () => {
  const value = { a: [1, 'x<y&z\r\n', null, true, 2.5, new Date(0)], b: Buffer.from('hi') };
  expect(encodeResponse(value)).toContain(
    '<struct><member><name>a</name><value><array><data><value><int>1</int></value>' +
      '<value><string>x&lt;y&amp;z&#13;\n</string></value><value><nil/></value><value><boolean>1</boolean></value>' +
      '<value><double>2.5</double></value><value><dateTime.iso8601>19700101T00:00:00</dateTime.iso8601></value>' +
      '</data></array></value></member><member><name>b</name><value><base64>aGk=</base64></value></member></struct>',
  );
});

test('a fault has a code and a text', () => {
  expect(encodeFault(new RpcFault(404, 'no <such> thing'))).toContain(
    '<fault><value><struct><member><name>faultCode</name><value><int>404</int></value></member>' +
      '<member><name>faultString</name><value><string>no &lt;such&gt; thing</string></value></member></struct></value></fault>',
  );
});

test('characters that XML cannot say are replaced', () => {
  expect(encodeResponse('a\u0000b\u001bc')).toContain('<string>a\ufffdb\ufffdc</string>');
});
