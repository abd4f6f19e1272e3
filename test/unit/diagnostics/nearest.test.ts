import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/diagnostics/index.js';

describe('the nearest name', () => {
  it.each([
    ['arhc', 'arch'],
    ['acrh', 'arch'],
    ['tmieouts', 'timeouts'],
    ['timeout', 'timeouts'],
    ['PRIORITY', 'priority'],
    ['boot_charcter_delay', 'boot_character_delay'],
    ['xyz', undefined],
    ['', undefined],
  ])('of %j is %j', (text, expected) => {
    const names = ['arch', 'timeouts', 'priority', 'boot_character_delay', 'cpu'];
    expect(nearest(text, names)).toBe(expected);
  });
});
