import fc from 'fast-check';
import { expressionsOf } from './grammar.js';
import { pick, weighted } from './primitives.js';

/** Mostly shallow, so that the effect of the statements is seen more often than an error in them. */
const { num, text, list, dict, condition } = expressionsOf(1);
const { any } = expressionsOf(2);
const value = weighted([4, text], [4, num], [3, list], [2, dict], [1, any]);
const several = weighted([6, list], [1, dict], [1, text], [1, any]);

const sign = pick('', '', '', '-', '+');
const end = pick('', '', '', '-');
const blockEnd = pick('', '', '', '-', '+');
const data = weighted(
  [
    3,
    fc.string({ unit: fc.constantFrom(...Array.from('ab \n\t-:#{}%é')), maxLength: 6 }).map((text) =>
      text
        .replace(/\{[{%#]/g, '(')
        .replace(/#\}/g, ')')
        .replace(/\{$/, ''),
    ),
  ],
  [2, pick('\n', ' ', '\n  ', 'text\n', '')],
);

export const { body } = fc.letrec<Record<'body' | 'statement', string>>((tie) => {
  const inner = tie('body');
  const tag = (content: fc.Arbitrary<string>) =>
    fc.tuple(sign, content, blockEnd).map(([a, text, b]) => `{%${a} ${text} ${b}%}`);
  const lit = (text: string) => tag(fc.constant(text));
  const seq = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(''));
  const e = (build: (text: string) => string) => value.map(build);
  return {
    statement: fc.oneof(
      { depthSize: 'small', maxDepth: 3, withCrossShrink: true },
      { weight: 6, arbitrary: data },
      { weight: 8, arbitrary: fc.tuple(sign, value, end).map(([a, shown, b]) => `{{${a} ${shown} ${b}}}`) },
      { weight: 3, arbitrary: seq(tag(e((text) => `set v = ${text}`)), inner) },
      { weight: 1, arbitrary: tag(fc.tuple(value, value).map(([a, b]) => `set v, w = ${a}, ${b}`)) },
      {
        weight: 3,
        arbitrary: seq(
          tag(condition.map((test) => `if ${test}`)),
          inner,
          tag(e((text) => `elif ${text}`)),
          inner,
          lit('else'),
          inner,
          lit('endif'),
        ),
      },
      { weight: 2, arbitrary: seq(tag(condition.map((test) => `if ${test}`)), inner, lit('endif')) },
      { weight: 3, arbitrary: seq(tag(several.map((items) => `for v in ${items}`)), inner, lit('endfor')) },
      {
        weight: 1,
        arbitrary: seq(
          tag(fc.tuple(several, condition).map(([a, b]) => `for v in ${a} if ${b}`)),
          inner,
          lit('else'),
          inner,
          lit('endfor'),
        ),
      },
      {
        weight: 1,
        arbitrary: seq(
          tag(
            pick(
              'for k, v in d.items()',
              'for v, w in rows|groupby("name")',
              'for k, v in d|dictsort',
              'for v, w in mixed',
              'for v in rows',
            ),
          ),
          inner,
          pick(
            '{{ loop.index }}/{{ loop.length }}{{ loop.last }}',
            '{{ loop.cycle("a", "b") }}',
            '{{ loop.previtem }}{{ loop.nextitem }}',
            '{{ loop.changed(v) }}{{ loop.revindex0 }}',
            '{{ loop }}',
            '{{ loop.depth }}',
          ),
          lit('endfor'),
        ),
      },
      {
        weight: 1,
        arbitrary: seq(
          pick('{% for v in [1, [2, [3]]] recursive %}'),
          pick(
            '{{ v if v is number else loop(v) }}',
            '{{ loop(v) if v is iterable }}{{ loop.depth0 }}',
            '{{ loop.index }}',
          ),
          inner,
          lit('endfor'),
        ),
      },
      {
        weight: 2,
        arbitrary: seq(
          tag(pick('macro m(a, b=3)', 'macro m(a)', 'macro m(a=v, b=a)', 'macro m()')),
          inner,
          pick(
            '{{ a }}{{ b }}',
            '{{ varargs }}{{ kwargs }}',
            '{{ caller() if caller }}',
            '{{ caller(1) }}',
            '',
          ),
          lit('endmacro'),
          pick(
            '{{ m(1) }}',
            '{{ m(1, 2) }}',
            '{{ m(b=1, a=2) }}',
            '{{ m() }}',
            '{{ m(1, 2, 3, k=4) }}',
            '{{ m() }}',
            '{{ m }}{{ m.name }}{{ m.arguments }}',
          ),
        ),
      },
      {
        weight: 1,
        arbitrary: seq(
          pick(
            '',
            '{% macro m(a) %}[{{ a }}{{ caller() }}]{% endmacro %}',
            '{% macro m(a) %}{{ caller(5) }}{% endmacro %}',
          ),
          tag(pick('call m(1)', 'call(a) m(2)', 'call(a, b=2) m()')),
          inner,
          lit('endcall'),
        ),
      },
      {
        weight: 1,
        arbitrary: seq(
          tag(
            pick(
              'filter upper',
              "filter replace('a', 'b')",
              'filter trim|title',
              'filter indent(2)',
              'filter length',
              'filter wordwrap(5)',
            ),
          ),
          inner,
          lit('endfilter'),
        ),
      },
      {
        weight: 1,
        arbitrary: seq(
          tag(pick('set v', 'set v | upper', 'set w | trim | replace("a", "")')),
          inner,
          lit('endset'),
        ),
      },
      {
        weight: 1,
        arbitrary: seq(
          tag(fc.tuple(value, value).map(([a, b]) => `with v = ${a}, w = ${b}`)),
          inner,
          lit('endwith'),
        ),
      },
      {
        weight: 1,
        arbitrary: seq(
          pick('{% set ns = namespace(v=1) %}', '{% set ns = namespace() %}', '{% set ns = 3 %}'),
          tag(e((text) => `set ns.v = ${text}`)),
          inner,
          pick('{{ ns.v }}', '{{ ns }}', '{{ ns.q }}'),
        ),
      },
      {
        weight: 1,
        arbitrary: pick(
          '{% include "inc" %}',
          '{% include "nope" ignore missing %}',
          '{% include ["nope", "inc"] %}',
          '{% include "inc" without context %}',
          '{% include "nope" %}',
          '{% include missing %}',
          '{% import "lib" as lib %}{{ lib.f(1) }}{{ lib.c }}',
          '{% from "lib" import f, c as v %}{{ f(2) }}{{ v }}',
          '{% from "lib" import nope %}{{ nope }}',
          '{% import "lib" as lib with context %}{{ lib.g() }}',
          '{{ lib }}',
        ),
      },
      {
        weight: 1,
        arbitrary: pick(
          '{# comment #}',
          '{#- c -#}',
          '{% raw %}{{ x }}{% endraw %}',
          '{%- raw -%} {% x %} {%- endraw -%}',
          '{% block inner scoped %}{{ v }}{% endblock %}',
          '{{ self.one() }}',
          '{% print n, s %}',
        ),
      },
    ),
    body: fc
      .array(tie('statement'), { maxLength: 4, depthIdentifier: 'body', size: 'small' })
      .map((parts) => parts.join('')),
  };
});

/** Pieces that Jinja2 rejects wherever they occur. */
export const mistake = pick(
  '{{',
  '{% from "lib" import _p %}',
  '{% if %}',
  '{% endfor %}',
  '{{ 1 + }}',
  "{{ 'a }}",
  '{{ (1 }}',
  '{% for %}',
  '{% set 1 = 2 %}',
  '{{ a b }}',
  '{% foo %}',
  '{{ s|nope }}',
  '{{ s is nope }}',
  '{% if false %}{{ s|nope }}{% endif %}',
  '{{ ] }}',
  '{# open',
  '{{ 1..2 }}',
  '{{ f(a=1, 2) }}',
  '{% block b %}{% endblock %}{% block b %}{% endblock %}',
  '{{ not }}',
  '{{ a.1.b }}',
  '{{ "\\x4" }}',
  '{% extends %}',
);
