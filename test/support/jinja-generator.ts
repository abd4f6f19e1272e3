import fc from 'fast-check';
import type { OracleCase } from './jinja-oracle.js';

/**
 * A grammar of Jinja2 templates. Expressions lean towards values that fit, for a template that fails in its first
 * operator says little; wrong ones still come often enough to compare the errors.
 */

export const CONTEXT = {
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

const pick = (...options: string[]) => fc.constantFrom(...options);
const weighted = (...options: [number, fc.Arbitrary<string>][]) =>
  fc.oneof(...options.map(([weight, arbitrary]) => ({ weight, arbitrary })));

function quote(text: string): string {
  const inside = text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n');
  return `'${inside}'`;
}

const letters = fc.string({
  unit: fc.constantFrom(...Array.from('aAbBzZ019 _-.,%{}<>&"\'\\/ßéŽ🐴\n\t')),
  maxLength: 8,
});
const stringLiteral = weighted(
  [4, letters.map(quote)],
  [
    1,
    pick(
      '"double"',
      "'%s and %d'",
      "'{} {}'",
      "'a,b,,c'",
      "'  pad '",
      "'Line1\\nLine2\\n'",
      "'12'",
      "'3.7'",
      "'x' 'y'",
    ),
  ],
);
const intLiteral = weighted(
  [6, fc.integer({ min: -3, max: 12 }).map(String)],
  [2, fc.integer().map(String)],
  [1, pick('0x1f', '0b101', '0o17', '1_000', '9007199254740993', '123456789012345678901234567890')],
);
const floatLiteral = weighted(
  [4, fc.double({ min: -100, max: 100, noNaN: true }).map((value) => showFloat(value))],
  [2, pick('1.5', '2.0', '0.1', '1e3', '1.5e-7', '1e16', '1e22', '123456.789', '0.5', '2.5', '-0.0')],
);

function showFloat(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** The nodes of the grammar by name. */
const { expr, condition } = fc.letrec<
  Record<'expr' | 'num' | 'text' | 'list' | 'dict' | 'condition', string>
>((tie) => {
  const any = tie('expr');
  const num = tie('num');
  const text = tie('text');
  const list = tie('list');
  const dict = tie('dict');
  const of = (parts: fc.Arbitrary<string>[], build: (...values: string[]) => string) =>
    fc.tuple(...parts).map((values) => build(...values));
  return {
    num: fc.oneof(
      { depthSize: 'small', maxDepth: 4, withCrossShrink: true },
      intLiteral,
      floatLiteral,
      pick('n', 'zero', 'x', 't', 'd.a', 'items[0]', 'loop.index', 'rows[0].age'),
      of(
        [num, pick('+', '-', '*', '/', '//', '%', '+', '-', '*'), num],
        (a, operator, b) => `(${a} ${operator} ${b})`,
      ),
      of([num, pick('2', '3', '0', '-1', '0.5')], (a, b) => `(${a})**${b}`),
      of([pick('-', '+'), num], (sign, a) => `${sign}(${a})`),
      of(
        [
          num,
          pick(
            'abs',
            'int',
            'float',
            'round',
            'round(1)',
            "round(2, 'floor')",
            'round(-1)',
            "round(method='ceil')",
          ),
        ],
        (a, f) => `(${a})|${f}`,
      ),
      of(
        [
          text,
          pick(
            'int',
            'float',
            'length',
            'wordcount',
            'int(-1)',
            'int(0, 16)',
            "count('a')",
            'int(default=5, base=2)',
          ),
        ],
        (a, f) => `(${a})|${f}`,
      ),
      of([list, pick('length', 'sum', 'first', 'last', 'max', 'min', 'count')], (a, f) => `(${a})|${f}`),
      of([text, pick("find('l')", "count('a')", "rfind('o')", "index('e')")], (a, m) => `(${a}).${m}`),
    ),
    text: fc.oneof(
      { depthSize: 'small', maxDepth: 4, withCrossShrink: true },
      stringLiteral,
      pick('s', 'u', 'empty', 's[0]', 'd["key with space"]', 'rows[1].name', 'words[0]'),
      of([text, text], (a, b) => `(${a} + ${b})`),
      of([any, any], (a, b) => `(${a} ~ ${b})`),
      of([text, intLiteral], (a, b) => `((${a}) * (${b} % 4))`),
      of(
        [
          text,
          pick(
            'upper',
            'lower',
            'title',
            'capitalize',
            'trim',
            'e',
            'reverse',
            'string',
            'urlencode',
            'striptags',
            'indent',
            'indent(2, true)',
            "indent('> ', blank=true)",
            'center(20)',
            "replace('l', 'LL')",
            "replace('o', '0', 1)",
            'truncate(5)',
            "truncate(6, true, '..', 0)",
            'wordwrap(6)',
            'wordwrap(4, false)',
            'forceescape',
            'safe',
            "default('d')",
            "trim('ab')",
            'urlize',
          ),
        ],
        (a, f) => `(${a})|${f}`,
      ),
      of(
        [list, pick('join', "join(', ')", "join('-')", 'string', 'tojson', 'pprint')],
        (a, f) => `(${a})|${f}`,
      ),
      of(
        [dict, pick('tojson', 'string', 'xmlattr', 'urlencode', 'pprint', 'tojson(2)')],
        (a, f) => `(${a})|${f}`,
      ),
      of([num, pick('string', 'filesizeformat', 'filesizeformat(true)', 'tojson')], (a, f) => `(${a})|${f}`),
      of(
        [
          text,
          pick(
            'upper()',
            'lower()',
            'strip()',
            "strip('aH')",
            'title()',
            'capitalize()',
            'swapcase()',
            "replace('l', '-')",
            "center(15, '*')",
            'ljust(8)',
            "rjust(9, '0')",
            'zfill(6)',
            'expandtabs(4)',
            'lstrip()',
            "removeprefix('He')",
            "format(1, 'x', a=2)",
            'casefold()',
          ),
        ],
        (a, m) => `(${a}).${m}`,
      ),
      of(
        [pick("'%s'", "'%5s|'", "'%-6s|'", "'%r'", "'%.2s'", "'%a'"), any],
        (format, a) => `(${format} % (${a},))`,
      ),
      of(
        [
          pick(
            "'%d'",
            "'%05d'",
            "'%x'",
            "'%+.2f'",
            "'%e'",
            "'%g'",
            "'%8.3f|'",
            "'%o'",
            "'%i'",
            "'%c'",
            "'%G'",
            "'%#x'",
            "'% d'",
            "'%.0f'",
          ),
          num,
        ],
        (format, a) => `(${format} % (${a}))`,
      ),
      of([pick("'%s'", "'%s %s'", "'%(a)s'"), any], (format, a) => `(${format}|format(${a}))`),
      of(
        [pick("'{}'", "'{0}-{0}'", "'{!r}'", "'{:>6}'", "'{:*^9}'", "'{x}'"), any],
        (format, a) => `${format}.format(${a}, x=${a})`,
      ),
      of(
        [
          pick(
            "'{:d}'",
            "'{:05d}'",
            "'{:,}'",
            "'{:.3f}'",
            "'{:x}'",
            "'{:e}'",
            "'{:+}'",
            "'{:%}'",
            "'{:g}'",
            "'{:_}'",
            "'{:.2}'",
            "'{:#b}'",
            "'{:=+8}'",
            "'{:n}'",
          ),
          num,
        ],
        (format, a) => `${format}.format(${a})`,
      ),
      of(
        [text, pick('[1:]', '[:-1]', '[::2]', '[::-1]', '[-3:]', '[1:4:2]', '[0]', '[-1]', '[2]')],
        (a, slice) => `(${a})${slice}`,
      ),
      of([text, any], (a, b) => `(${a} if ${b} else 'no')`),
    ),
    list: fc.oneof(
      { depthSize: 'small', maxDepth: 4, withCrossShrink: true },
      pick(
        'items',
        'words',
        'mixed',
        'rows',
        '[]',
        'range(4)',
        'range(5, 1, -2)',
        'd.b.c',
        '()',
        "('a',)",
        '(1, 2)',
      ),
      of([any], (a) => `[${a}]`),
      of([any, any], (a, b) => `[${a}, ${b}]`),
      of([num, num, num], (a, b, c) => `[${a}, ${b}, ${c},]`),
      of([text, text], (a, b) => `[${a}, ${b}]`),
      of([any, any], (a, b) => `(${a}, ${b})`),
      of([list, list], (a, b) => `(${a} + ${b})`),
      of(
        [
          list,
          pick(
            'list',
            'sort',
            'reverse|list',
            'unique|list',
            'sort(reverse=true)',
            'batch(2)|list',
            'slice(2)|list',
            "batch(3, 'x')|list",
            'slice(3, 0)|list',
            "map('string')|list",
            "map('upper')|list",
            'select|list',
            "reject('odd')|list",
            "select('number')|list",
            "map(attribute='name')|list",
            "selectattr('age')|list",
            "rejectattr('name', 'equalto', 'x')|list",
            "groupby('name')",
            "sort(attribute='age')",
            "sort(attribute='name,age')",
            "selectattr('age', 'gt', 1)|map(attribute='name')|list",
            "map(attribute='nope', default='-')|list",
            'sort(case_sensitive=true)',
            'unique(true)|list',
            "groupby('age', default=0)|list",
            'max',
            'min',
            "select('in', [1, 'a'])|list",
          ),
        ],
        (a, f) => `(${a})|${f}`,
      ),
      of(
        [
          text,
          pick(
            'split()',
            "split(',')",
            "split(' ', 1)",
            'splitlines()',
            "partition('l')",
            "rsplit(',', 1)",
            "rpartition(' ')",
            'split("x", maxsplit=2)',
          ),
        ],
        (a, m) => `(${a}).${m}`,
      ),
      of([text], (a) => `(${a})|list`),
      of(
        [
          dict,
          pick(
            '|list',
            '|dictsort',
            "|dictsort(false, 'value')",
            '.items()|list',
            '.keys()|list',
            '.values()|list',
            '|items|list',
            '.items()',
            '.keys()',
            '|dictsort(reverse=true)',
          ),
        ],
        (a, f) => `(${a})${f}`,
      ),
      of([list, pick('[1:]', '[::-1]', '[:2]', '[-2:]', '[0]')], (a, slice) => `(${a})${slice}`),
      of([list, intLiteral], (a, b) => `((${a}) * (${b} % 3))`),
    ),
    dict: fc.oneof(
      { depthSize: 'small', maxDepth: 4, withCrossShrink: true },
      pick(
        'd',
        '{}',
        'rows[0]',
        'd.b',
        "dict(a=1, b='x')",
        "{'a': 1, 'B': 2, 'c': none}",
        "{1: 'i', 1.5: 'f', true: 'b'}",
        "dict([('k', 1)])",
      ),
      of([text, any], (a, b) => `{${a}: ${b}}`),
      of([num, any, any], (a, b, c) => `{${a}: ${b}, 'z': ${c}}`),
      of([any, any], (a, b) => `{'p': ${a}, 'q': ${b}, 'p': 3}`),
      of([any], (a) => `dict(k=${a}, **d)`),
    ),
    condition: fc.oneof(
      { depthSize: 'small', maxDepth: 4, withCrossShrink: true },
      pick('true', 'false', 't', 'f', 'none', 'True', 'False'),
      of([num, pick('<', '<=', '>', '>=', '==', '!='), num], (a, operator, b) => `(${a} ${operator} ${b})`),
      of([num, num, num], (a, b, c) => `(${a} < ${b} <= ${c})`),
      of([any, pick('==', '!='), any], (a, operator, b) => `(${a} ${operator} ${b})`),
      of([text, pick('<', '>', 'in', 'not in'), text], (a, operator, b) => `(${a} ${operator} ${b})`),
      of([list, pick('<', '==', '>='), list], (a, operator, b) => `(${a} ${operator} ${b})`),
      of([any, pick('in', 'not in'), list], (a, operator, b) => `(${a} ${operator} ${b})`),
      of([any, pick('in', 'not in'), dict], (a, operator, b) => `(${a} ${operator} ${b})`),
      of(
        [tie('condition'), pick('and', 'or'), tie('condition')],
        (a, operator, b) => `(${a} ${operator} ${b})`,
      ),
      of([any], (a) => `(not ${a})`),
      of(
        [
          any,
          pick(
            'defined',
            'undefined',
            'none',
            'string',
            'number',
            'mapping',
            'sequence',
            'iterable',
            'integer',
            'float',
            'boolean',
            'true',
            'false',
            'callable',
            'lower',
            'upper',
            'escaped',
            'not none',
            'sameas none',
            'in [1, 2]',
            'eq 3',
            'filter',
            'test',
          ),
        ],
        (a, test) => `(${a} is ${test})`,
      ),
      of(
        [num, pick('odd', 'even', 'divisibleby 3', 'gt 2', 'lt(5)', 'ne 1', 'divisibleby(2)')],
        (a, test) => `(${a} is ${test})`,
      ),
      of(
        [
          text,
          pick(
            "startswith('H')",
            "endswith('d')",
            'isupper()',
            'isdigit()',
            'islower()',
            'isalpha()',
            'istitle()',
            'isspace()',
            "startswith(('a', 'H'))",
            'isidentifier()',
            'isalnum()',
            'isnumeric()',
          ),
        ],
        (a, m) => `(${a}).${m}`,
      ),
    ),
    expr: fc.oneof(
      { depthSize: 'small', maxDepth: 4, withCrossShrink: true },
      { weight: 5, arbitrary: num },
      { weight: 6, arbitrary: text },
      { weight: 5, arbitrary: list },
      { weight: 3, arbitrary: dict },
      { weight: 4, arbitrary: tie('condition') },
      {
        weight: 2,
        arbitrary: pick(
          'missing',
          'd.missing',
          'none',
          'missing.attr',
          'd.b.c.0',
          "d['b']['c'][1]",
          'rows[0].tags',
          'items.0',
          'ns.v',
          'm(1)',
          "m('x', b=2)",
          'v',
          'w',
          'loop.first',
        ),
      },
      { weight: 1, arbitrary: of([any], (a) => `(${a})|default('dflt')`) },
      { weight: 1, arbitrary: of([any], (a) => `(${a})|d('x', true)`) },
      { weight: 1, arbitrary: of([any, tie('condition')], (a, b) => `(${a} if ${b})`) },
      {
        weight: 1,
        arbitrary: of(
          [any, pick('a', 'upper', 'items', 'real', '__class__', 'name', '0')],
          (a, name) => `(${a}).${name}`,
        ),
      },
      { weight: 1, arbitrary: of([any, any], (a, b) => `(${a})[${b}]`) },
      {
        weight: 1,
        arbitrary: of(
          [
            any,
            pick(
              'upper',
              'length',
              'list',
              'first',
              'abs',
              'join',
              'sort',
              'int',
              'items',
              'reverse',
              'title',
              'sum',
              'round',
              "attr('a')",
              'last',
              'dictsort',
              'unique',
              'tojson',
            ),
          ],
          (a, f) => `(${a})|${f}`,
        ),
      },
    ),
  };
});

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

const { body } = fc.letrec<Record<'body' | 'statement', string>>((tie) => {
  const inner = tie('body');
  const tag = (content: fc.Arbitrary<string>) =>
    fc.tuple(sign, content, blockEnd).map(([a, text, b]) => `{%${a} ${text} ${b}%}`);
  const lit = (text: string) => tag(fc.constant(text));
  const seq = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(''));
  const e = (build: (value: string) => string) => expr.map(build);
  return {
    statement: fc.oneof(
      { depthSize: 'small', maxDepth: 4, withCrossShrink: true },
      { weight: 6, arbitrary: data },
      { weight: 8, arbitrary: fc.tuple(sign, expr, end).map(([a, value, b]) => `{{${a} ${value} ${b}}}`) },
      { weight: 3, arbitrary: seq(tag(e((value) => `set v = ${value}`)), inner) },
      { weight: 1, arbitrary: tag(fc.tuple(expr, expr).map(([a, b]) => `set v, w = ${a}, ${b}`)) },
      {
        weight: 3,
        arbitrary: seq(
          tag(condition.map((value) => `if ${value}`)),
          inner,
          tag(e((value) => `elif ${value}`)),
          inner,
          lit('else'),
          inner,
          lit('endif'),
        ),
      },
      { weight: 2, arbitrary: seq(tag(condition.map((value) => `if ${value}`)), inner, lit('endif')) },
      { weight: 3, arbitrary: seq(tag(e((value) => `for v in ${value}`)), inner, lit('endfor')) },
      {
        weight: 1,
        arbitrary: seq(
          tag(fc.tuple(expr, condition).map(([a, b]) => `for v in ${a} if ${b}`)),
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
            '{{ m }}{{ m.name }}{{ m.arguments }}',
          ),
        ),
      },
      {
        weight: 1,
        arbitrary: seq(tag(pick('call m(1)', 'call(a) m(2)', 'call(a, b=2) m()')), inner, lit('endcall')),
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
          tag(fc.tuple(expr, expr).map(([a, b]) => `with v = ${a}, w = ${b}`)),
          inner,
          lit('endwith'),
        ),
      },
      {
        weight: 1,
        arbitrary: seq(
          pick('{% set ns = namespace(v=1) %}', '{% set ns = namespace() %}', '{% set ns = 3 %}'),
          tag(e((value) => `set ns.v = ${value}`)),
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
          '{% from "lib" import _p %}',
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
      {
        weight: 1,
        arbitrary: pick(
          '{{',
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
        ),
      },
    ),
    body: fc
      .array(tie('statement'), { maxLength: 4, depthIdentifier: 'body', size: 'small' })
      .map((parts) => parts.join('')),
  };
});

const LIB =
  '{% macro f(a) %}<{{ a }}{{ n }}>{% endmacro %}{% set c = 5 %}{% set _p = 1 %}{% macro g() %}{{ n }}{% endmacro %}text';

/** Templates with everything they name. */
export const templates: fc.Arbitrary<OracleCase> = fc
  .record({
    main: body,
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

/** Single expressions, printed. */
export const expressions: fc.Arbitrary<OracleCase> = expr.map((text) => ({
  templates: { main: `{{ ${text} }}` },
  name: 'main',
  context: CONTEXT,
}));
