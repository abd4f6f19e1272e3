import { expect, it } from 'vitest';
import { findCutTexts } from '../../../src/pyyaml/index.js';
import { startCpuClock } from '../../support/clocks.js';

it('the search for cut texts is linear in the length of a line', () => {
  const elapsedMs = startCpuClock();
  expect(findCutTexts(`key:!!float${' '.repeat(200_000)}# c`)).toEqual([]);
  expect(elapsedMs()).toBeLessThan(1_000);
});
