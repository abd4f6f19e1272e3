import { describe, expect, it } from 'vitest';
import { isZ85Key, parseCertificate } from '../../../src/model/index.js';

const publicKey = 'Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID';
const secretKey = 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs';

describe('parseCertificate', () => {
  it('reads a public half as pyzmq writes it', () => {
    const text = `#   ****  Generated on 2026-01-01 by pyzmq  ****\n#   ZeroMQ CURVE Public Certificate\n\nmetadata\ncurve\n    public-key = "${publicKey}"\n`;
    expect(parseCertificate(text)).toEqual({ publicKey, secretKey: null });
  });

  it('reads a secret half', () => {
    const text = `metadata\ncurve\n    public-key = "${publicKey}"\n    secret-key = "${secretKey}"\n`;
    expect(parseCertificate(text)).toEqual({ publicKey, secretKey });
  });

  it.each([
    ['nothing', '', 'there is no public-key line', undefined],
    ['a comment', `# public-key = "${publicKey}"\n`, 'there is no public-key line', undefined],
    ['a short key', 'curve\n    public-key = "abc"\n', 'public-key is not a Z85 key of 40 characters', 2],
    [
      'a wrong character',
      `curve\n  public-key = "${publicKey.replace('Y', '~')}"`,
      'public-key is not a Z85 key of 40 characters',
      2,
    ],
    [
      'a broken secret',
      `public-key = "${publicKey}"\nsecret-key = "x"`,
      'secret-key is not a Z85 key of 40 characters',
      2,
    ],
  ])('reports why %s is not a certificate', (_, text, problem, line) => {
    expect(parseCertificate(text)).toEqual(line === undefined ? { problem } : { problem, line });
  });

  it('takes single quotes, no quotes and CRLF, as pyzmq does', () => {
    for (const value of [`'${publicKey}'`, publicKey, `"${publicKey}"\r`]) {
      expect(parseCertificate(`curve\n  public-key = ${value}\n`)).toEqual({ publicKey, secretKey: null });
    }
  });

  it('knows a key by its alphabet and length', () => {
    expect(isZ85Key(publicKey)).toBe(true);
    expect(isZ85Key(`${publicKey}a`)).toBe(false);
    expect(isZ85Key(`${publicKey.slice(1)}"`)).toBe(false);
  });
});
