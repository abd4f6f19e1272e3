import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeResponse, encodeResponse, type XmlRpcValue } from '../../../src/xml-rpc/index.js';
import { parsePlainXml, parseXml } from '../../../src/xml-rpc/xml-tree.js';

const maxElements = 256;

/** Text counts where there are no elements; white space between elements does not. */
function withoutGaps(nodes: readonly object[]): unknown {
  const hasElements = nodes.some((node) => !('#text' in node));
  return nodes
    .filter((node) => !hasElements || !('#text' in node))
    .map((node) =>
      Object.fromEntries(
        Object.entries(node).map(([name, inner]) => [
          name,
          typeof inner === 'string' ? inner : withoutGaps(inner as object[]),
        ]),
      ),
    );
}

const anyValue: fc.Arbitrary<XmlRpcValue> = fc.letrec<{ value: XmlRpcValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.constantFrom<XmlRpcValue>('', '  ', '<a> & ]]>', 'x\r\ny', true, null, -7, 1.5, new Uint8Array(100)),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value')),
  ),
})).value;

describe('plain XML', () => {
  test('is read like any other XML', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const body = encodeResponse(value);
        const tree = parsePlainXml(body, maxElements);
        expect(tree === null).toBe(body.includes('\r'));
        if (tree !== null) expect(withoutGaps(tree)).toEqual(withoutGaps(parseXml(body)));
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
    ['elements that nest too deep', '<a>'.repeat(257) + '</a>'.repeat(257)],
  ])('%s is left to the parser of any XML', (_what, body) => {
    expect(parsePlainXml(body, maxElements)).toBeNull();
  });

  test('an answer that goes on after its end is refused', () => {
    expect(() => decodeResponse(`${encodeResponse('a')}more`)).toThrow('is incomplete');
  });
});
