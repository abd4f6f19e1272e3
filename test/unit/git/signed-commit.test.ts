import { describe, expect, it } from 'vitest';

import { judge } from '../../../src/git/signatures/gpg.js';
import { splitCommit } from '../../../src/git/signatures/signed-commit.js';

const head = 'tree 1\nauthor é <e@x> 1 +0000\ncommitter c <c@x> 1 +0000';
const signature = 'gpgsig -----BEGIN X-----\n \n abc\n -----END X-----';
const split = (text: string) => splitCommit(Buffer.from(text), 'gpgsig');

describe('a commit object', () => {
  it('is split into what is signed and its signature', () => {
    const signed = split(`${head}\n${signature}\nencoding x\n\nmessage\n gpgsig no\n`);
    expect(signed).toEqual({
      payload: Buffer.from(`${head}\nencoding x\n\nmessage\n gpgsig no\n`),
      signature: '-----BEGIN X-----\n\nabc\n-----END X-----\n',
    });
  });

  it('is unsigned if only its message looks signed', () => {
    expect(split(`${head}\n\n${signature}\n`)).toBeNull();
    expect(split(head)).toBeNull();
  });

  it.each([
    ['two signatures', `${head}\n${signature}\n${signature}\n\nmessage\n`],
    ['one for another hash', `${head}\n${signature.replace('gpgsig', 'gpgsig-sha256')}\n\nmessage\n`],
    ['a second one for another hash', `${head}\n${signature}\ngpgsig-sha256 x\n\nmessage\n`],
  ])('is refused with %s', (_, text) => {
    expect(split(text)).toBe('odd');
  });
});

describe('the statuses of gpg', () => {
  const line = (text: string) => `[GNUPG:] ${text}\n`;
  const good = line('GOODSIG ABCDEF0123456789 A <a@x>') + line(`VALIDSIG ${'A'.repeat(40)} 2026-01-01 1 0`);

  it.each([
    [good, 'good'],
    ['', 'its signature is damaged'],
    [line('GOODSIG ABCDEF0123456789 A'), 'its signature is damaged'],
    [good + line('BADSIG ABCDEF0123456789 B'), 'it has more than one signature'],
    [good + good, 'it has more than one signature'],
    [line('EXPKEYSIG ABCDEF0123456789 A'), 'the GPG key ABCDEF0123456789 has expired'],
    [line('REVKEYSIG ABCDEF0123456789 A'), 'the GPG key ABCDEF0123456789 was revoked'],
    [line('EXPSIG ABCDEF0123456789 A'), 'its signature has expired'],
    [line('ERRSIG ABCDEF0123456789 1 2 3 4 9'), 'its GPG key ABCDEF0123456789 is not allowed'],
    // A name in a key cannot pretend to be a status.
    [line('BADSIG ABCDEF0123456789 [GNUPG:] GOODSIG'), 'its signature does not match its content'],
  ])('decide only together: %j', (output, expected) => {
    const judgement = judge(output);
    expect(judgement.kind === 'good' ? 'good' : judgement.why).toBe(expected);
  });
});
