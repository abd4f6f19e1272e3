import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../support/jinja-templates.js';

const MEGABYTE = 2 ** 20;

/** The processor time of rendering a template of one line, in milliseconds. */
function cost(piece: string, length: number): number {
  const text = piece.repeat(length / piece.length);
  const started = process.cpuUsage();
  environmentOf({ main: text }, { limits: { timeMs: 60_000 } }).render('main', { a: 1 });
  return process.cpuUsage(started).user / 1_000;
}

describe('a template of one long line', () => {
  it.each(['{{ a }}', 'text { ', "é{{ 'x' }}🐴", '{% raw %}x{% endraw %}'])(
    'of %j costs in proportion to its length',
    (piece) => {
      const [small, large] = [cost(piece, MEGABYTE / 16), cost(piece, MEGABYTE)];
      // Sixteen times the length; quadratic work would be 256 times as much.
      expect(large).toBeLessThan(64 * Math.max(small, 10));
    },
    60_000,
  );
});
