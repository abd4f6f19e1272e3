import fc from 'fast-check';
import type { Grammar } from './grammar.js';
import { of, pick, weighted } from './primitives.js';

const fill = weighted([6, pick('')], [1, pick('*', '0', 'é', '🐴', ' ', '<')]);
const spec = fc
  .tuple(
    fill,
    pick('', '', '<', '>', '^', '='),
    pick('', '', '', '+', '-', ' ', 'z'),
    pick('', '', '', '#'),
    pick('', '', '', '0'),
    pick('', '', '1', '5', '12', '030'),
    pick('', '', '', ',', '_'),
    pick('', '', '', '.0', '.1', '.3', '.17', '.'),
    pick('', '', 'd', 'f', 'F', 'e', 'E', 'g', 'G', 'n', '%', 's', 'x', 'X', 'o', 'b', 'c', 'q'),
  )
  .map(([f, align, ...rest]) => (align === '' ? '' : f + align) + rest.join(''));
const field = fc
  .tuple(
    pick('', '', '0', '1', 'a', '0.real', 'a.b', '0[0]', 'a[b]', '0[x', '{'),
    pick('', '', '', '!r', '!s', '!a', '!q'),
    weighted(
      [1, pick('')],
      [4, spec.map((text) => `:${text}`)],
      [1, pick(':{}', ':{a}', ':>{1}', ':{0}.{1}')],
    ),
  )
  .map((parts) => `{${parts.join('')}}`);
const percent = fc
  .tuple(
    pick('', '', '', '(a)', '(b)'),
    pick('', '', '-', '0', '+', ' ', '#', '-0', '+0'),
    pick('', '', '3', '10', '*'),
    pick('', '', '.0', '.2', '.12', '.', '.*'),
    pick('', '', '', 'l'),
    pick('s', 'r', 'a', 'd', 'i', 'u', 'f', 'F', 'e', 'E', 'g', 'G', 'x', 'X', 'o', 'c', '%', 'y'),
  )
  .map((parts) => `%${parts.join('')}`);
const around = pick('', '', 'x', '{{', '}}', '%%', ' ');

/** Python's two ways to format strings, with every flag. */
export function formats({ depth, any, num, text }: Grammar): fc.Arbitrary<string> {
  const value = fc.oneof(
    depth,
    { weight: 6, arbitrary: num },
    { weight: 2, arbitrary: text },
    { weight: 1, arbitrary: any },
  );
  const special = pick(
    '1e400',
    '-1e400',
    '(1e400 * 0)',
    '-0.0',
    '0',
    '255',
    '-1',
    "'é🐴'",
    'true',
    '1e16',
    '12345.678',
  );
  const shown = fc.oneof({ weight: 1, arbitrary: value }, { weight: 1, arbitrary: special });
  return fc.oneof(
    of([around, field, around, shown, shown], (a, f, b, x, y) => `'${a}${f}${b}'.format(${x}, ${y}, a=${y})`),
    of([around, percent, shown], (a, p, x) => `'${a}${p}' % (${x},)`),
    of([percent, percent, shown, shown], (p, q, x, y) => `'${p}|${q}' % (${x}, ${y})`),
    of([percent, shown, shown], (p, x, y) => `'${p}' % {'a': ${x}, 'b': ${y}}`),
    of([percent, shown], (p, x) => `'${p}'|format(${x})`),
    of([spec, shown], (s, x) => `'{:${s}}'.format(${x})`),
  );
}
