import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { foldedDiff, markdownCode, markdownText, visible } from '../../../src/diagnostics/index.js';
import { dangersIn } from '../../support/comment-dangers.js';
import { hostileTexts } from '../../support/hostile-texts.js';

const comment = (text: string): string =>
  [`- ${markdownText(text)}`, `- ${markdownCode(text)}`, foldedDiff(markdownText(text), text)].join('\n');

describe('text in a comment', () => {
  it.each(hostileTexts.map((text) => [text.slice(0, 60), text]))('cannot do harm: %j', (_, text) => {
    expect(dangersIn(comment(text))).toEqual([]);
  });

  it('cannot do harm, however hostile texts are combined', () => {
    const texts = fc.array(fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary' })), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(texts, (parts) => {
        expect(dangersIn(comment(parts.join('').slice(0, 3_000)))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('stays readable', () => {
    expect(markdownText('40 devices of leeds use it')).toBe('40 devices of leeds use it');
    expect(markdownText('a b-c, d; e/f')).toBe('a b-c, d; e/f');
    expect(markdownCode('device-types/x.jinja2')).toBe('<code>device-types/x&#46;jinja2</code>');
    expect(visible('Größe é 板')).toBe('Größe é 板');
    expect(visible('a\u200Bb\u202E')).toBe('a\\u200bb\\u202e');
  });

  it.each([
    '@everyone',
    '#1',
    'GH-3',
    'da39a3ee5e6b4b0d3255bfef95601890afd80709',
    '[text](javascript:alert(1))',
    '<img src=x onerror=alert(1)>',
    '`code`',
    '| a | b |',
    '```\n',
    'zero\u200Bwidth',
    'safe\u202Egnp.exe',
    'blank\u2800',
    'lone\uD800surrogate',
    `zalgo${'\u0301'.repeat(200)}`,
  ])('does harm if it is not escaped: %j', (text) => {
    expect(dangersIn(`- text ${text}`)).not.toEqual([]);
  });
});
