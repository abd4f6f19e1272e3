import fc from 'fast-check';
import type { OracleCase } from '../jinja-oracle.js';
import { pick, weighted } from './primitives.js';

/**
 * Templates in which only names, scopes, blocks and white space matter: every statement sets, hides or prints a few
 * variables, over three levels of inheritance, an include and an imported template.
 */
const name = pick('a', 'b', 'c');
const blockName = pick('one', 'two', 'three');
const source = pick("'lib'", "'inc'", "'base'", "'mid'", 'which', "'nope'");
const context = pick('', '', ' with context', ' without context');
const open = pick('{%', '{%', '{%', '{%-', '{%+');
const close = pick('%}', '%}', '%}', '-%}', '+%}');
const gap = pick('', '', '', '\n', ' ', '\n\n  ', '\t\n', '\r\n', ' x ', '.', '\v\n', '\u00a0 ');
const atom = weighted(
  [6, name],
  [4, pick('1', "'x'", 'a ~ b', "a ~ 'y'", 'a is defined', 'loop.index', 'c.d', 'n', '[a, b]', 'missing')],
  [
    2,
    pick('m()', 'm(a)', 'm(b=1)', 'lib.m(a)', 'lib.a', 'caller()', 'caller(a)', 'self.one()', 'self.two()'),
  ],
  [
    1,
    pick('super()', 'super.super()', 'loop([a])', 'varargs', 'kwargs', 'loop.depth', 'lib', 'ns.a', 'f(1)'),
  ],
);

const { body } = fc.letrec<Record<'body' | 'statement', string>>((tie) => {
  const inner = tie('body');
  const seq = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(''));
  const tag = (...content: fc.Arbitrary<string>[]) =>
    fc.tuple(open, seq(...content), close).map(([a, text, b]) => `${a} ${text} ${b}`);
  const lit = (text: string) => tag(fc.constant(text));
  const text = (words: string) => fc.constant(words);
  return {
    statement: fc.oneof(
      { depthSize: 'small', maxDepth: 3, withCrossShrink: true },
      { weight: 8, arbitrary: gap },
      { weight: 8, arbitrary: seq(pick('{{ ', '{{- ', '{{-'), atom, pick(' }}', ' -}}', '-}}')) },
      { weight: 5, arbitrary: tag(text('set '), name, text(' = '), atom) },
      { weight: 1, arbitrary: tag(text('set a, b = b, '), atom) },
      { weight: 2, arbitrary: seq(tag(text('set '), name), inner, lit('endset')) },
      { weight: 1, arbitrary: seq(tag(text('set '), name, text(' | upper')), inner, lit('endset')) },
      {
        weight: 3,
        arbitrary: seq(
          tag(text('if '), atom),
          inner,
          tag(pick('else', 'elif a', 'elif not b')),
          inner,
          lit('endif'),
        ),
      },
      {
        weight: 3,
        arbitrary: seq(
          tag(
            text('for '),
            name,
            text(' in '),
            pick('[1, 2]', "'xy'", 'a', '[]', '[a, [b]]'),
            pick('', ' if a', ' if b != 1'),
          ),
          inner,
          pick('', '', '{% else %}'),
          inner,
          lit('endfor'),
        ),
      },
      {
        weight: 1,
        arbitrary: seq(tag(text('for '), name, text(' in [1, [2]] recursive')), inner, lit('endfor')),
      },
      { weight: 2, arbitrary: seq(tag(text('with '), name, text(' = '), atom), inner, lit('endwith')) },
      { weight: 1, arbitrary: seq(lit('with'), inner, lit('endwith')) },
      {
        weight: 2,
        arbitrary: seq(
          tag(text('macro m('), pick('', 'a', 'a, b=a', 'a=c', 'c=1, b=c', 'caller=none'), text(')')),
          inner,
          lit('endmacro'),
          pick('', '{{ m() }}', '{{ m(1) }}', '{{ m(1, 2, k=3) }}'),
        ),
      },
      {
        weight: 1,
        arbitrary: seq(
          tag(pick('call m()', 'call(a) m(b)', 'call(b=a) lib.m()', 'call f(1)')),
          inner,
          lit('endcall'),
        ),
      },
      {
        weight: 1,
        arbitrary: seq(
          tag(pick('filter upper', 'filter trim', 'filter default(a)')),
          inner,
          lit('endfilter'),
        ),
      },
      {
        weight: 3,
        arbitrary: fc
          .tuple(blockName, pick('', '', '', ' scoped', ' required', ' scoped required'), inner, open, close)
          .map(([block, flags, content, a, b]) => `${a} block ${block}${flags} ${b}${content}{% endblock %}`),
      },
      { weight: 2, arbitrary: tag(text('include '), source, pick('', '', ' ignore missing'), context) },
      { weight: 2, arbitrary: tag(text('import '), source, text(' as '), pick('lib', 'a'), context) },
      {
        weight: 2,
        arbitrary: tag(
          text('from '),
          source,
          text(' import '),
          pick('m', 'a', 'a as b, m', 'm as f', 'nope as c'),
          context,
        ),
      },
      {
        weight: 1,
        arbitrary: pick('{% set ns = namespace(a=1) %}', '{% set ns.a = a %}', '{% set ns.a %}t{% endset %}'),
      },
      {
        weight: 1,
        arbitrary: seq(pick('{#', '{#-', '{#+'), pick(' c ', '\n', '{{ a }}'), pick('#}', '-#}', '+#}'), gap),
      },
      {
        weight: 1,
        arbitrary: seq(
          pick('{% raw %}', '{%- raw -%}', '{%+ raw %}'),
          gap,
          pick('{{ a }}', '{% x', '{#'),
          gap,
          pick('{% endraw %}', '{%- endraw -%}', '{% endraw +%}'),
        ),
      },
      { weight: 1, arbitrary: tag(pick('print a, b', 'print a', 'extends "base"', 'extends which')) },
    ),
    body: fc
      .array(tie('statement'), { maxLength: 4, depthIdentifier: 'scopes', size: 'small' })
      .map((parts) => parts.join('')),
  };
});

const heir = fc
  .tuple(
    pick('', '', '\n', 't', "{% set a = 'before' %}"),
    pick('plain', 'plain', 'if', 'else', 'name'),
    body,
  )
  .map(([before, how, rest]) => (parent: string) => {
    const extend = {
      plain: `{% extends '${parent}' %}`,
      if: `{% if a %}{% extends '${parent}' %}{% endif %}`,
      else: `{% if a %}{% else %}{% extends '${parent}' %}{% endif %}`,
      name: `{% extends ${parent === 'base' ? 'which' : `['nope', '${parent}'][1]`} %}`,
    };
    return before + extend[how as keyof typeof extend] + rest;
  });

export const scopes: fc.Arbitrary<OracleCase> = fc
  .record({
    main: body,
    mid: body,
    base: body,
    inc: body,
    lib: body,
    heirs: fc.tuple(heir, heir),
    levels: fc.nat(3),
  })
  .map(({ main, mid, base, inc, lib, heirs: [first, second], levels }) => ({
    templates: {
      main: levels === 0 ? main : first(levels === 1 ? 'base' : 'mid'),
      mid: levels < 2 ? mid : second('base'),
      base,
      inc,
      lib: `{% macro m(a) %}<{{ a }}{{ b }}{{ caller(1) if caller }}>{% endmacro %}${lib}`,
    },
    name: 'main',
    context: { a: 'A', n: 3, which: 'base' },
  }));
