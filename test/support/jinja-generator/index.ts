import fc from 'fast-check';
import type { OracleCase } from '../jinja-oracle.js';
import { expressionsOf } from './grammar.js';
import { flat } from './flat.js';
import { scopes } from './scopes.js';
import { body, mistake } from './statements.js';

/** The variables of all generated templates. */
const CONTEXT = {
  n: 7,
  zero: 0,
  big: 9007199254740993n.toString(),
  x: 2.5,
  s: 'Hello World',
  u: 'žluťoučký 🐴 kůň',
  empty: '',
  items: [3, 1, 2],
  words: ['b', 'A', 'c', 'a'],
  mixed: [1, 'one', 2.5, null, true, [1, 2]],
  d: { a: 1, b: { c: [1, 2, 3] }, 'key with space': 'v' },
  rows: [
    { name: 'x', age: 3, tags: ['p', 'q'] },
    { name: 'Y', age: 1, tags: [] },
    { name: 'x', age: 2 },
  ],
  t: true,
  f: false,
  none: null,
};

const LIB =
  '{% macro f(a) %}<{{ a }}{{ n }}>{% endmacro %}{% set c = 5 %}{% set _p = 1 %}{% macro g() %}{{ n }}{% endmacro %}text';

/** Templates with everything that they refer to. */
const mixed: fc.Arbitrary<OracleCase> = fc
  .record({
    main: fc.oneof(
      { weight: 12, arbitrary: body },
      { weight: 1, arbitrary: fc.tuple(body, mistake, body).map((parts) => parts.join('')) },
    ),
    extend: fc.constantFrom(0, 0, 0, 1, 2, 3),
    base: body,
    include: body,
    override: body,
    before: fc.constantFrom('', '', "{% set v = 'set before' %}", 'text {{ n }}'),
  })
  .map(({ main, extend, base, include, override, before }) => {
    const parent = `<{% block one %}${base}{% endblock %}|{% block two scoped %}two {{ v }}{% endblock %}>${extend === 2 ? '{{ self.two() }}' : ''}`;
    const kind =
      ['', '{% extends "base" %}', '{% extends "base" %}', '{% if t %}{% extends "base" %}{% endif %}'][
        extend
      ] ?? '';
    const child = `${before}${kind}${main}{% block one %}${override}${extend === 2 ? '{{ super() }}' : ''}{% endblock %}`;
    return {
      templates: { main: extend === 0 ? main : child, base: parent, inc: include, lib: LIB },
      name: 'main',
      context: CONTEXT,
    };
  });

export const templates: fc.Arbitrary<OracleCase> = fc.oneof(
  { weight: 2, arbitrary: mixed },
  { weight: 1, arbitrary: scopes },
);

/** Single expressions, printed. */
export const expressions: fc.Arbitrary<OracleCase> = fc
  .oneof({ weight: 3, arbitrary: expressionsOf(4).any }, { weight: 1, arbitrary: flat })
  .map((text) => ({ templates: { main: `{{ ${text} }}` }, name: 'main', context: CONTEXT }));
