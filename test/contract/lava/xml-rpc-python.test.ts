import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeResponse, encodeCall } from '../../../src/xml-rpc/index.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { xmlText } from '../../support/targets/xml-text.js';

/** Decodes calls with Python's own codec, which LAVA uses, and responds with what it decoded. */
const echo = `
import json, sys, xmlrpc.client
answers = []
for body in json.load(sys.stdin):
    params, _ = xmlrpc.client.loads(body)
    plain = [p.data.hex() if isinstance(p, xmlrpc.client.Binary) else p for p in params]
    answers.append([json.dumps(plain, default=str), xmlrpc.client.dumps((params,), methodresponse=True, allow_none=True)])
json.dump(answers, sys.stdout)
`;

describe.skipIf(requireOrSkip('python3'))("the XML-RPC codec and Python's", () => {
  it('understand each other', () => {
    const value = fc.oneof(
      xmlText,
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array(),
      fc.array(xmlText, { maxLength: 3 }),
      fc.dictionary(xmlText, xmlText, { maxKeys: 3 }),
    );
    const calls = fc.sample(fc.array(value, { maxLength: 5 }), 300);
    const input = JSON.stringify(calls.map((params) => encodeCall('method', params)));
    const output = execFileSync('/usr/bin/python3', ['-c', echo], {
      input,
      maxBuffer: 64 * 1024 * 1024,
      encoding: 'utf8',
    });
    const answers = JSON.parse(output) as [string, string][];
    expect(answers).toHaveLength(calls.length);
    for (const [index, [understood, response]] of answers.entries()) {
      const params = calls[index] ?? [];
      const plain = params.map((item) =>
        item instanceof Uint8Array ? Buffer.from(item).toString('hex') : item,
      );
      expect(JSON.parse(understood)).toEqual(
        plain.map((item) => JSON.parse(JSON.stringify(item)) as unknown),
      );
      // Python writes CR unescaped, and XML reads that as LF: only our own direction preserves it.
      const asXmlReads = JSON.parse(
        JSON.stringify(plain).replaceAll('\\r\\n', '\\n').replaceAll('\\r', '\\n'),
      ) as unknown;
      const result = decodeResponse(response);
      expect(result.ok && hexed(result.value)).toEqual(asXmlReads);
    }
  });
});

function hexed(value: unknown): unknown {
  return Array.isArray(value)
    ? value.map((item: unknown) => (item instanceof Uint8Array ? Buffer.from(item).toString('hex') : item))
    : value;
}
