import { describe, expect, it } from 'vitest';
import { TemplateError } from '../../../src/jinja/index.js';
import { environmentOf, failureOf } from '../../support/jinja-templates.js';
import { startCpuClock } from '../../support/clocks.js';

/** Ways out of template and JavaScript sandboxes that were found elsewhere. None may render to anything of use. */
const ESCAPES: readonly (readonly [string, string])[] = [
  [
    'nunjucks: constructor',
    `{{ range.constructor("return global.process.mainModule.require('child_process')")() }}`,
  ],
  ['nunjucks: string constructor', `{{ "".constructor.constructor("return process")() }}`],
  ['nunjucks: cycler', `{{ cycler.constructor("return process.env")() }}`],
  ['nunjucks: joiner', `{{ joiner().constructor.constructor("return 1")() }}`],
  ['nunjucks: __proto__', `{{ {}.__proto__.toString.call(1) }}`],
  ['nunjucks: hasOwnProperty', `{{ {}.hasOwnProperty("x") }}`],
  ['nunjucks: toString', `{{ {}.toString() }}`],
  ['nunjucks: prototype by index', `{{ []["constructor"]["prototype"]["push"](1) }}`],
  ['nunjucks: array prototype', `{{ [].concat([1]) }}`],
  ['nunjucks: regular expression', `{{ r/a/g.constructor }}`],
  ['jinja2: subclasses', `{{ ''.__class__.__mro__[1].__subclasses__() }}`],
  ['jinja2: globals', `{{ self.__init__.__globals__.__builtins__ }}`],
  ['jinja2: cycler globals', `{{ cycler.__init__.__globals__.os.popen('id').read() }}`],
  ['jinja2: lipsum globals', `{{ lipsum.__globals__["os"].popen("id").read() }}`],
  ['jinja2: attr', `{{ ()|attr("__class__")|attr("__base__")|attr("__subclasses__")() }}`],
  ['jinja2: attr joined', `{{ ""|attr(["__","class","__"]|join)|attr("mro")() }}`],
  ['jinja2: map attribute', `{{ [""]|map(attribute="__class__")|map(attribute="__mro__")|list|first|list }}`],
  ['jinja2: format', `{{ "{0.__class__.__init__.__globals__}".format(self) }}`],
  ['jinja2: format_map', `{{ "{a.__class__.__mro__}".format_map({"a": 1}) }}`],
  ['jinja2: format by attr', `{{ ("{0.__class__.__mro__}"|attr("format"))(1) }}`],
  [
    'jinja2: format in map',
    `{{ ["{0.__call__.__builtins__}"]|map("format", 1)|map("attr", "__class__")|map("attr", "mro")|list|first|list }}`,
  ],
  ['jinja2: generator frame', `{{ ([1]|map("string")).gi_frame.f_globals }}`],
  ['jinja2: macro globals', `{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}`],
  ['jinja2: context', `{{ self._TemplateReference__context.environment }}`],
  ['jinja2: loop', `{% for x in [1] %}{{ loop.__class__.__mro__ }}{% endfor %}`],
  ['jinja2: undefined', `{{ missing.__class__.__mro__ }}`],
  ['jinja2: namespace', `{{ namespace.__init__.__globals__ }}`],
  ['jinja2: request', `{{ request.application.__globals__.__builtins__.__import__("os") }}`],
  ['jinja2: config', `{{ config.__class__.from_envvar("X") }}`],
  ['jinja2: include a file', `{% include "/etc/passwd" %}`],
  ['jinja2: include above', `{% include "../../etc/passwd" %}`],
  ['jinja2: import a module', `{% import "os" as os %}{{ os.system("id") }}`],
  ['twig: filter callback', `{{ ["id"]|map("system")|join }}`],
  ['twig: filter', `{{ ["id"]|filter("system") }}`],
  ['twig: sort callback', `{{ ["id", 0]|sort("system") is defined and [1]|sort(attribute="x.__class__") }}`],
  ['twig: _self', `{{ _self.env.registerUndefinedFilterCallback("exec") }}`],
  ['handlebars: lookup', `{{ (lookup).constructor }}`],
  ['handlebars: with', `{% with s = "constructor" %}{{ dict()[s](1) }}{% endwith %}`],
  ['ejs: options', `{{ settings["view options"].outputFunctionName }}`],
  ['pug: global', `{{ global.process.mainModule.require("fs") }}`],
  ['javascript: this', `{{ this.process.env }}`],
  ['javascript: globalThis', `{{ globalThis.process.exit() }}`],
  ['javascript: Function', `{{ Function("return 1")() }}`],
  ['javascript: getter', `{{ {}.__defineGetter__("x", range) }}`],
  ['javascript: lookup getter', `{{ {}.__lookupGetter__("__proto__")() }}`],
  ['javascript: array length', `{{ [].length.constructor }}`],
  ['javascript: callee', `{{ range.caller.arguments }}`],
  ['javascript: bind', `{{ range.bind(1)() }}`],
  ['javascript: call', `{{ range.call(1) }}`],
  ['javascript: then', `{{ {}.then(1) }}`],
  ['javascript: symbol', `{{ [][Symbol.iterator]() }}`],
  ['javascript: valueOf', `{{ (1).valueOf() }}`],
];

describe('no way out of the sandbox', () => {
  it.each(ESCAPES)('%s', (_, text) => {
    const error = failureOf(() => environmentOf({ main: text }).render('main'));
    expect(['security', 'undefined', 'syntax', 'not-found', 'runtime', 'type', 'unsupported']).toContain(
      error.kind,
    );
  });

  it('has no attribute of a JavaScript object on any value', () => {
    const names = Object.getOwnPropertyNames(Object.prototype).concat(
      [
        'prototype',
        'length',
        'name',
        'caller',
        'arguments',
        'call',
        'apply',
        'bind',
        'size',
        'typeName',
        'shape',
      ],
      ['value', 'items_', 'attribute', 'iterate', 'isTrue', 'body', 'run', 'context', 'map', 'slots', 'call'],
    );
    const values = [
      '""',
      '1',
      '1.5',
      'true',
      'none',
      '[]',
      '(1,)',
      'dict(q=1)',
      'range(2)',
      'range',
      'dict',
      '"<"|e',
      'm',
      'missing_',
      '[1]|map("int")',
    ];
    const allowed = new Set(['m.name', 'm.caller', 'm.arguments']);
    const found: string[] = [];
    for (const value of values) {
      for (const name of names) {
        const text = `{% macro m() %}{% endmacro %}{{ ((${value}).${name}) is defined }}`;
        try {
          if (environmentOf({ main: text }).render('main') === 'True') found.push(`${value}.${name}`);
        } catch {
          // Refused with an error is as good.
        }
      }
    }
    expect(found.filter((name) => !allowed.has(name))).toEqual([]);
  });

  it('does not pollute prototypes through keys of dicts', () => {
    const text = `{% set d = {} %}{{ d.update({"__proto__": {"polluted": 1}}) }}{{ d.setdefault("constructor", 1) }}{{ {}.polluted }}|{{ d }}`;
    expect(environmentOf({ main: text }).render('main')).toBe(
      "None1|{'__proto__': {'polluted': 1}, 'constructor': 1}",
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const value = environmentOf({ d: `{% set x = {"__proto__": {"polluted": 1}} %}` }).evaluateTopLevelSet(
      'd',
      'x',
    );
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('takes template and context names of JavaScript for nothing special', () => {
    const environment = environmentOf({
      main: '{{ constructor }}{{ __proto__ }}{{ toString }}|{{ hasOwnProperty is defined }}',
    });
    expect(environment.render('main')).toBe('|False');
    expect(failureOf(() => environment.render('__proto__')).kind).toBe('not-found');
  });
});

/** Templates that would never end, or fill the memory. */
const EXHAUSTION: readonly (readonly [string, string])[] = [
  ['nested loops', '{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}'],
  [
    'nested loops over text',
    `{% set s = 'x' * 100000 %}{% for a in s %}{% for b in s %}{% endfor %}{% endfor %}`,
  ],
  ['a long range', '{{ range(100001)|list }}'],
  ['a huge range', '{{ range(10 ** 15)|length }}'],
  ['endless recursion', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
  [
    'recursion of two',
    '{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}',
  ],
  [
    'fanned out recursion',
    '{% macro m(n) %}{% if n %}{% for i in range(50) %}{{ m(n - 1) }}{% endfor %}{% endif %}{% endmacro %}{{ m(60) }}',
  ],
  ['a template that includes itself', '{% include "main" %}'],
  ['a template that extends itself', '{% extends "main" %}'],
  ['a template that imports itself', '{% import "main" as m %}'],
  ['a block that calls itself', '{% block x %}{{ self.x() }}{% endblock %}'],
  ['a recursive loop without end', '{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}'],
  [
    'a list that grows while looped over',
    '{% set l = [1] %}{% for x in l %}{{ l.append(1) or "" }}{% endfor %}',
  ],
  ['text by repetition', `{{ 'x' * 10 ** 9 }}`],
  [
    'text by doubling',
    `{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}`,
  ],
  [
    'text by joining',
    `{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}`,
  ],
  [
    'text by replacing',
    `{% set ns = namespace(s='xx') %}{% for i in range(99) %}{% set ns.s = ns.s|replace('x', 'xx') %}{% endfor %}`,
  ],
  ['text by padding', `{{ 'x'.center(10 ** 9) }}`],
  ['text by formatting', `{{ '%1000000000d' % 1 }}`],
  ['text by format width', `{{ '{:>1000000000}'.format(1) }}`],
  ['text by format precision', `{{ '{:.1000000000f}'.format(1.5) }}`],
  ['text by indentation', `{{ ('a\n' * 10000)|indent(100000) }}`],
  ['text by filling zeros', `{{ '1'.zfill(10 ** 9) }}`],
  ['text by tabs', `{{ ('\t' * 1000).expandtabs(10 ** 8) }}`],
  ['text by escaping', `{{ ('<' * 8000000)|e|e|e }}`],
  ['a list by repetition', '{{ ([1] * 10 ** 9)|length }}'],
  [
    'a list by doubling',
    '{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = ns.l + ns.l %}{% endfor %}',
  ],
  [
    'a list of lists that shows exponentially',
    '{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}',
  ],
  [
    'tuples that hash exponentially',
    '{% set ns = namespace(l=(1,)) %}{% for i in range(99) %}{% set ns.l = (ns.l, ns.l) %}{% endfor %}{{ {ns.l: 1} }}',
  ],
  [
    'lists that compare exponentially',
    '{% set a = namespace(l=[1]) %}{% set b = namespace(l=[1]) %}{% for i in range(60) %}{% set a.l = [a.l, a.l] %}{% set b.l = [b.l, b.l] %}{% endfor %}{{ a.l == b.l }}',
  ],
  [
    'lists that become JSON exponentially',
    '{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|tojson }}',
  ],
  [
    'lists that print prettily without end',
    '{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|pprint }}',
  ],
  ['a huge power', '{{ 9 ** (9 ** 9) }}'],
  [
    'a tower of powers',
    '{% set ns = namespace(n=2) %}{% for i in range(99) %}{% set ns.n = ns.n ** 2 %}{% endfor %}',
  ],
  [
    'a product of large numbers',
    '{% set ns = namespace(n=3) %}{% for i in range(9999) %}{% set ns.n = ns.n * ns.n %}{% endfor %}',
  ],
  ['deep brackets', `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`],
  ['deep lists', `{{ ${'['.repeat(5000)}${']'.repeat(5000)} }}`],
  ['deep signs', `{{ ${'-'.repeat(50000)}1 }}`],
  ['deep negations', `{{ ${'not '.repeat(50000)}1 }}`],
  ['deep conditions', `{{ ${'1 if 0 else '.repeat(50000)}1 }}`],
  ['deep blocks', `${'{% if 1 %}'.repeat(5000)}${'{% endif %}'.repeat(5000)}`],
  ['a long sum', `{{ ${'1 + '.repeat(50000)}1 }}`],
  ['a long chain of filters', `{{ 1${'|string'.repeat(50000)} }}`],
  ['a long chain of attributes', `{{ x${'.a'.repeat(50000)} }}`],
  ['output without end', `{% for i in range(90000) %}{{ 'x' * 1000 }}{% endfor %}`],
  ['slices without end', '{{ [1]|slice(10 ** 9)|list }}'],
  ['a batch that is filled up', '{{ [1]|batch(10 ** 9, 0)|list }}'],
  ['sorting much', '{% for i in range(999) %}{{ range(99999)|sort|first }}{% endfor %}'],
  [
    'words without end',
    `{{ ('a ' * 4000000)|wordwrap(1)|length }}{{ ('a ' * 4000000)|title|urlize|length }}`,
  ],
  [
    'an evil pattern for links',
    `{{ ('www.' + 'a.' * 9000 + '!')|urlize|length }}{{ ('a' * 30000 + '@')|urlize }}`,
  ],
  [
    'text with separators in numbers',
    `{{ '{:01000000,}'.format(1)|length }}{% for i in range(99999) %}{{ '{:01000000,}'.format(i)|length }}{% endfor %}`,
  ],
  [
    'looking at the case of long text',
    `{% set s = 'ab c' * 250000 %}{% for i in range(99999) %}{{ s|capitalize|length }}{% endfor %}`,
  ],
  ['counting long text', `{% set s = 'ab c' * 250000 %}{% for i in range(99999) %}{{ s|count }}{% endfor %}`],
  [
    'asking how long text begins',
    `{% set s = 'é🐴' * 300000 %}{% for i in range(99999) %}{{ s.startswith('x') }}{% endfor %}`,
  ],
  [
    'comparing long texts',
    `{% set a = 'x' * 1000000 ~ 'a' %}{% set b = 'x' * 1000000 ~ 'b' %}{% for i in range(99999) %}{{ a < b }}{{ a == b }}{% endfor %}`,
  ],
  [
    'a search that restarts at each character',
    `{% set n = 500000 %}{% for i in range(99999) %}{{ ('b' ~ 'a' * n) in ('a' * n * 2) }}{% endfor %}`,
  ],
  [
    'a search from the right that restarts',
    `{% for i in range(99999) %}{{ ('a' * 1000000).rfind('a' * 500000 ~ 'b') }}{% endfor %}`,
  ],
  ['an evil pattern for ints', `{{ ('x' ~ ' ' * 1000000 ~ 'x')|int }}{{ 1 / 0 }}`],
  ['an evil pattern for floats', `{{ ('9' * 1000000 ~ 'x')|float }}{{ 1 / 0 }}`],
  ['ints of huge bases', `{{ ('z' * 1000000)|int(0, 36) }}{{ ('f' * 1000000)|int(0, 16) }}`],
  ['a long word that is wrapped', `{{ ('x' * 1000000)|wordwrap(1)|length }}{{ 1 / 0 }}`],
  ['a long word of many bytes that is wrapped', `{{ ('🐴' * 400000)|wordwrap(1)|length }}{{ 1 / 0 }}`],
  ['words after many dashes', `{{ ('a' ~ '-' * 500000)|wordwrap(5)|length }}`],
  [
    'copies of a list',
    `{% set l = [1] * 900000 %}{% set k = [] %}{% for i in range(99999) %}{% if k.append(l.copy()) %}{% endif %}{% endfor %}`,
  ],
  [
    'copies of a dict',
    `{% set d = {}.fromkeys(range(90000)) %}{% set k = [] %}{% for i in range(99999) %}{% if k.append(d.copy()) %}{% endif %}{% endfor %}`,
  ],
  [
    'captured text that is kept',
    `{% set s = 'x' * 500000 %}{% set k = [] %}{% macro m() %}{{ s }}{{ s }}{% endmacro %}{% for i in range(99999) %}{% if k.append(m()) %}{% endif %}{% endfor %}`,
  ],
  [
    'keys of long text that are kept',
    `{% set s = 'x' * 500000 %}{% set k = [] %}{% for i in range(99999) %}{% if k.append({(s, i): 1}) %}{% endif %}{% endfor %}`,
  ],
  [
    'tuples that are looked up exponentially',
    `{% set ns = namespace(l=(1,)) %}{% for i in range(99) %}{% set ns.l = (ns.l, ns.l) %}{% endfor %}{{ {}[ns.l] }}{{ ns.l is filter }}`,
  ],
  ['sorting long texts', `{% set l = ['Ab' * 400000] * 300000 %}{{ l|sort|length }}`],
  [
    'a path of many attributes',
    `{% set d = {} %}{% if d.update({'a': d}) %}{% endif %}{{ ([d] * 90000)|map(attribute='a' ~ '.a' * 200000)|list|length }}`,
  ],
  [
    'lists of many items',
    `{% set k = [] %}{% for i in range(99999) %}{% if k.append([${'i, '.repeat(2000)}]) %}{% endif %}{% endfor %}`,
  ],
  [
    'constants of many items',
    `{% set k = [] %}{% for i in range(99999) %}{% set x = [${'1, '.repeat(2000)}] %}{% if k.append(x) %}{% endif %}{% endfor %}`,
  ],
  [
    'lines with a long text between them',
    `{% set s = 'x' * 900000 %}{% set r = s|wordwrap(1, wrapstring=s) %}{{ 1 / 0 }}`,
  ],
  [
    'tuples that are laid out exponentially',
    `{% set ns = namespace(l=(1,)) %}{% for i in range(99) %}{% set ns.l = (ns.l, ns.l) %}{% endfor %}{{ ns.l|pprint }}`,
  ],
  ['a wide margin in JSON', `{{ range(99999)|list|tojson(indent=100000) }}`],
  ['a wide margin in what is laid out', `{{ {'k' * 100000: 'a b ' * 200000}|pprint }}`],
  ['many constants that take long', `{{ ('x ' * 8000)|wordwrap(3)|length }}`.repeat(25_000)],
  ['a template without end', '{{ a }}'.repeat(200_000)],
  ['an evil pattern for tags', `{{ ('<' * 200000)|striptags|length }}{{ 1 / 0 }}`],
];

it('a value whose parts are shared is not copied without end', () => {
  const text = `{% set a = [1] %}${'{% set a = [a, a] %}'.repeat(60)}{% set x = a %}`;
  const error = failureOf(() => environmentOf({ main: text }).evaluateTopLevelSet('main', 'x'));
  expect(error.kind).toBe('limit');
});

describe('no template holds the process', () => {
  it.each(EXHAUSTION)('%s', (_, text) => {
    const cpuMs = startCpuClock();
    const environment = environmentOf({ main: text }, { limits: { timeMs: 500 } });
    const error = failureOf(() => environment.render('main'));
    expect(['limit', 'undefined', 'value']).toContain(error.kind);
    expect(cpuMs()).toBeLessThan(5_000);
  });

  it.each([
    ['steps', { steps: 100 }, '{% for i in range(1000) %}{% endfor %}', 'more than 100 steps'],
    ['time', { timeMs: 10 }, '{% for i in range(99999) %}{% endfor %}', 'longer than 10 ms'],
    ['output', { outputBytes: 10 }, '{{ "x" * 11 }}', 'longer than 10 bytes'],
    ['output in UTF-8', { outputBytes: 10 }, '{{ "é" * 6 }}', 'longer than 10 bytes'],
    ['range', { rangeLength: 5 }, '{{ range(6) }}', 'Range too big'],
    [
      'recursion',
      { recursionDepth: 5 },
      '{% macro m(n) %}{{ m(n - 1) if n }}{% endmacro %}{{ m(9) }}',
      'deeper than 5',
    ],
    ['text', { stringLength: 10 }, '{% set n = 11 %}{{ "x" * n }}', 'longer than 10 characters'],
    ['lists', { listLength: 10 }, '{{ [1] * 11 }}', 'more than 10 items'],
    [
      'all text',
      { totalCharacters: 100 },
      '{% for i in range(99) %}{% set x = "abc" ~ i %}{% endfor %}',
      '100 characters',
    ],
    ['integers', { integerBits: 64 }, '{{ 3 ** 99 }}', 'more than 64 bits'],
  ])('the limit on %s is named in its error', (_, limits, text, message) => {
    let now = 0;
    const environment = environmentOf({ main: text }, { limits, clock: () => (now += 20) });
    const error = failureOf(() => environment.render('main'));
    expect(error.kind).toBe('limit');
    expect(error.message).toContain(message);
  });

  it('an error of a constant is not reported because the time is over', () => {
    const text = "{% if false %}{{ '%(a)s' % {} }}{{ x[{}['b']] }}{% endif %}x";
    // The time is over at each look at the clock in turn.
    const outcomes = Array.from({ length: 30 }, (_, looks) => {
      let looked = 0;
      // A text that was compiled before is not compiled again.
      const main = `${text}{# ${looks} #}`;
      const environment = environmentOf({ main }, { clock: () => (looked++ < looks ? 0 : 60_000) });
      try {
        return environment.render('main');
      } catch (error) {
        return error instanceof TemplateError ? error.kind : error;
      }
    });
    expect(new Set(outcomes)).toEqual(new Set(['limit', 'x']));
  });
});
