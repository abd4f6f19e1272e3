import { expect, it } from 'vitest';
import { readText } from '../../../src/simulator/rest/fields.js';
import { startCpuClock } from '../../support/clocks.js';

const read = (text: string) => readText({ text }, 'text', { isNullable: false });

it('trims a text as Python does, in time', () => {
  expect(read(' \x1c\u3000\n a \t b \x85')).toBe('a \t b');
  expect(read('\ufeffa\ufeff')).toBe('\ufeffa\ufeff');
  expect([read(' \n '), read('')]).toEqual(['', '']);
  const cpuMs = startCpuClock();
  const long = `a${' '.repeat(300_000)}b`;
  expect(read(long)).toBe(long);
  expect(cpuMs()).toBeLessThan(1000);
});
