import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeCall,
  decodeResponse,
  encodeItem,
  encodeResponse,
  XmlRpcError,
  type XmlRpcValue,
} from '../../../src/xml-rpc/index.js';
import { readPlainCall, readPlainResponse } from '../../../src/xml-rpc/decode-plain.js';

const anyValue: fc.Arbitrary<XmlRpcValue> = fc.letrec<{ value: XmlRpcValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.constantFrom<XmlRpcValue>('', '  ', '<a> & ]]>', 'x\r\ny', true, null, -7, 1.5, new Uint8Array(100)),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value')),
  ),
})).value;

function nested(depth: number): XmlRpcValue {
  return depth === 0 ? 'a' : [nested(depth - 1)];
}

describe('plain XML', () => {
  test('is read like any other XML', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const body = encodeResponse(value);
        const plain = readPlainResponse(body);
        expect(plain === null).toBe(body.includes('\r'));
        const other = body.replace('<methodResponse>', '<methodResponse><!-- not plain -->');
        expect(readPlainResponse(other)).toBeNull();
        if (plain !== null) expect({ ok: true, value: plain.value }).toEqual(decodeResponse(other));
      }),
    );
  });

  test.each([
    ['attributes', '<methodResponse a="b"></methodResponse>'],
    ['a comment', '<methodResponse><!-- a --></methodResponse>'],
    ['CDATA', '<methodResponse><![CDATA[a]]></methodResponse>'],
    ['a document type', '<!DOCTYPE a><methodResponse></methodResponse>'],
    ['a processing instruction', '<methodResponse><?a b?></methodResponse>'],
    ['an element that is not closed', '<methodResponse><params></methodResponse>'],
    ['half an answer', '<methodResponse><params>'],
    ['half a tag', '<methodResponse></methodRespon'],
    ['an end without a start', '</methodResponse>'],
    ['text around it', '<methodResponse></methodResponse>more'],
    ['elements that nest too deep', encodeResponse(nested(65))],
  ])('%s is left to the parser of any XML', (_what, body) => {
    expect(readPlainResponse(body)).toBeNull();
  });

  test.each([
    ['a text without a type', '<value> a &amp; b </value>', ' a & b '],
    ['nothing', '<value></value>', ''],
    ['an empty element', '<value/>', ''],
    ['an empty string', '<value><string/></value>', ''],
    ['blanks around a type', '<value>\n\t<int> 5 </int>\n</value>', 5],
    ['an empty list', '<value><array><data/></array></value>', []],
    ['nil', '<value><nil/></value>', null],
    ['lines of base64', '<value><base64>\nYWJj\nZA==\n</base64></value>', new Uint8Array([97, 98, 99, 100])],
  ])('%s is read', (_what, value, expected) => {
    const body = `<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n${value}\n</param>\n</params>\n</methodResponse>\n`;
    expect(readPlainResponse(body)).toEqual({ kind: 'value', value: expected });
    const other = body.replace('<params>', '<!-- not plain --><params>');
    expect(decodeResponse(other)).toEqual({ ok: true, value: expected });
  });

  test('a call is read like any other XML', () => {
    fc.assert(
      fc.property(fc.array(anyValue), fc.string({ unit: 'binary-ascii' }), (values, name) => {
        const method = name.replace(/[^\w. \n]/g, '');
        const params = values.map((value) => `<param>\n${encodeItem(value)}</param>`).join('');
        const body = `<?xml version="1.0"?>\n<methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>\n`;
        const plain = readPlainCall(body);
        const other = body.replace('<params>', '<!-- not plain --><params>');
        expect(readPlainCall(other)).toBeNull();
        if (plain !== null) expect(decodeCall(other)).toEqual(plain);
        expect(plain === null).toBe(body.includes('\r'));
      }),
    );
  });

  test.each([
    ['no parameters', '<methodCall><methodName>a</methodName></methodCall>', []],
    ['an empty list of them', '<methodCall><methodName>a</methodName><params/></methodCall>', []],
    [
      'one',
      '<methodCall><methodName> a\n</methodName><params><param><value/></param></params></methodCall>',
      [''],
    ],
  ])('a call with %s is read', (_what, body, params) => {
    expect(readPlainCall(body)).toEqual({ method: 'a', params });
  });

  test.each([
    ['two lists of parameters', '<methodCall><methodName>a</methodName><params/><params/></methodCall>'],
    ['no name', '<methodCall><params/></methodCall>'],
    [
      'two values',
      '<methodCall><methodName>a</methodName><params><param><value/><value/></param></params></methodCall>',
    ],
    ['more after its end', '<methodCall><methodName>a</methodName></methodCall>x'],
  ])('a call with %s is left to the parser of any XML', (_what, body) => {
    expect(readPlainCall(body)).toBeNull();
  });

  test('an answer that goes on after its end is refused', () => {
    expect(() => decodeResponse(`${encodeResponse('a')}more`)).toThrow('is incomplete');
  });
});

/** Verdicts of Python's expat (3.11). */
describe.each([
  ["<?xml version='1.0'?>", true],
  ["<?xml version='1.1'?>", true],
  ['<?xml version = \'1.0\' encoding = "utf-8" ?>\n', true],
  ["<?xml version='1.0' standalone='yes'?>", true],
  ['', true],
  ["<?xml'?>", false],
  ['<?xml?>', false],
  ['<?xml ?>', false],
  ['<?xml version="1.0\'?>', false],
  ["<?xml version='1.0' standalone='maybe'?>", false],
  ["<?xml version='1.0' standalone='yes' encoding='utf-8'?>", false],
  ["<?xml version='1.0'encoding='utf-8'?>", false],
  ["<?xml encoding='utf-8'?>", false],
  ["<?XML version='1.0'?>", false],
  [" <?xml version='1.0'?>", false],
])('the declaration %j', (declaration, isValid) => {
  test.each(['', '<!-- not plain -->'])('is judged as by expat, before %j', (comment) => {
    const call = `${declaration}<methodCall>${comment}<methodName>a</methodName></methodCall>`;
    const response = `${declaration}<methodResponse>${comment}<params><param><value>a</value></param></params></methodResponse>`;
    if (isValid) {
      expect(decodeCall(call)).toEqual({ method: 'a', params: [] });
      expect(decodeResponse(response)).toEqual({ ok: true, value: 'a' });
    } else {
      expect(() => decodeCall(call)).toThrow('the XML declaration is not valid');
      expect(() => decodeResponse(response)).toThrow(XmlRpcError);
    }
  });
});
