import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeResponse,
  encodeCall,
  encodeResponse,
  encodeValue,
  XmlRpcError,
  type XmlRpcValue,
} from '../../../src/xml-rpc/index.js';
import { xmlText } from '../../support/targets/xml-text.js';

const response = (value: string): string =>
  `<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n${value}\n</param>\n</params>\n</methodResponse>\n`;

const { value: anyValue } = fc.letrec<{ value: XmlRpcValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    xmlText,
    fc.boolean(),
    fc.constant(null),
    fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.date({ min: new Date(0), max: new Date('2999-01-01'), noInvalidDate: true }).map(wholeSeconds),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(xmlText, tie('value'), { maxKeys: 4 }),
  ),
}));

function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

describe('XML-RPC codec', () => {
  it('gives back every value that it encoded', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const result = { ok: true, value: plain(value) };
        expect(decodeResponse(response(encodeValue(value)))).toEqual(result);
        expect(decodeResponse(encodeResponse(value))).toEqual(result);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['\u0000', '\u0001', '\u000b', '\u001b', '\ud800', '\ufffe', '\uffff'])(
    'refuses a text with %j, which XML cannot carry',
    (character) => {
      expect(() => encodeCall('m', [`line 1\nline 2 ${character}`])).toThrow(/U\+[0-9A-F]{4} in line 2/);
    },
  );

  it('resolves references once', () => {
    const text = '&amp;lt; &#38;amp; &#x41; <![CDATA[&lt;]]> &quot;&apos;';
    expect(decodeResponse(response(`<value><string>${text}</string></value>`))).toEqual({
      ok: true,
      value: '&lt; &amp; A &lt; "\'',
    });
  });

  it('keeps white space and reads an untyped value as a string', () => {
    expect(decodeResponse(response('<value> \n x\t</value>'))).toEqual({ ok: true, value: ' \n x\t' });
    expect(decodeResponse(response('<value></value>'))).toEqual({ ok: true, value: '' });
  });

  it('gives a fault as a value', () => {
    const fault = encodeValue({ faultCode: 404, faultString: 'not found' });
    expect(decodeResponse(`<methodResponse><fault>${fault}</fault></methodResponse>`)).toEqual({
      ok: false,
      fault: { code: 404, message: 'not found' },
    });
  });

  it.each([
    ['a page of HTML', '<!doctype html><html></html>'],
    ['nothing', ''],
    ['half a response', response('<value><int>1</int></value>').slice(0, 70)],
    [
      'a document type',
      `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>${response('<value>&a;</value>').slice(22)}`,
    ],
    ['two values', response('<value><int>1</int></value><value/>')],
    ['two types', response('<value><int>1</int><int>2</int></value>')],
    ['no value', response('')],
    ['a broken integer', response('<value><int>1x</int></value>')],
    ['an integer beyond what is exact', response('<value><i8>9007199254740993</i8></value>')],
    ['an unknown type', response('<value><whatever>1</whatever></value>')],
    ['an unknown entity', response('<value>&nbsp;</value>')],
    [
      'deep nesting',
      response(`${'<value><array><data>'.repeat(200)}${'</data></array></value>'.repeat(200)}`),
    ],
  ])('refuses %s', (_, body) => {
    expect(() => decodeResponse(body)).toThrow(XmlRpcError);
  });
});

/** What the codec gives back: `-0.0` is kept, and typed arrays are plain Uint8Arrays. */
function plain(value: XmlRpcValue): XmlRpcValue {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map((item: XmlRpcValue) => plain(item));
  if (value !== null && typeof value === 'object' && !(value instanceof Date)) {
    return Object.fromEntries(
      Object.entries(value as Record<string, XmlRpcValue>).map(([k, v]) => [k, plain(v)]),
    );
  }
  return value;
}
