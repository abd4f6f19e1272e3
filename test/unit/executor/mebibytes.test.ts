import { expect, it } from 'vitest';
import { mebibytes } from '../../../src/executor/mebibytes.js';

it('shows the same number of bytes in the same way in every message, without hiding a part of a MiB', () => {
  const mib = 2 ** 20;
  expect([0, mib / 2, mib, 1.26 * mib, 64 * 1024 * mib].map(mebibytes)).toEqual([
    '0 MiB',
    '0.5 MiB',
    '1 MiB',
    '1.3 MiB',
    '65536 MiB',
  ]);
});
