import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../../src/diagnostics/index.js';

describe('redact', () => {
  it('takes secrets out, the longest first', () => {
    expect(redact('token abcd and abcdef', ['abcd', 'abcdef'])).toBe('token [secret] and [secret]');
  });

  it('finds them percent-encoded and in JSON too', () => {
    expect(redact('https://u:p%2Fw%26x@host', ['p/w&x'])).toBe('https://u:[secret]@host');
    expect(redact(JSON.stringify({ token: 'a"b\nc' }), ['a"b\nc'])).toBe('{"token":"[secret]"}');
  });

  it('leaves secrets that are too short to be one', () => {
    expect(redact('a b c', ['b', ''])).toBe('a b c');
  });

  it('leaves nothing of a secret, whatever it is', () => {
    const secrets = fc.string({ minLength: 12, unit: 'grapheme' });
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
        expect(redact(`${before}${secret}${after}`, [secret]).includes(secret)).toBe(false);
      }),
    );
  });
});
