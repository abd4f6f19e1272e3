/** Hostile templates, to compare how engines handle them (docs/jinja-compared.md). */
export const HOSTILE: readonly (readonly [string, string])[] = [
  ['JavaScript through a constructor', `{{ range.constructor("return 6 * 7")() }}`],
  ['Python through `__class__`', `{{ ''.__class__.__mro__[1].__subclasses__() }}`],
  ['`str.format` into attributes', `{{ '{0.__class__.__mro__}'.format('') }}`],
  ['`attr` to `format`', `{{ ('{0.__class__.__mro__}'|attr('format'))('') }}`],
  ['`/etc/passwd` included', `{% include '/etc/passwd' %}`],
  ['loops in loops', '{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}'],
  ['a macro that calls itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
  ['a template that includes itself', `{% include 'main' %}`],
  ['a text of 10 GB', `{{ 'x' * 10 ** 10 }}`],
  [
    'a text doubled 60 times',
    `{% set ns = namespace(s='xy') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s|upper|length }}`,
  ],
  ['a list of 10 billion items', '{{ ([1] * 10 ** 10)|length }}'],
  ['a huge power', '{{ (9 ** (9 ** 9)) % 7 }}'],
  [
    'a search that restarts at each character',
    `{{ ('b' ~ 'a' * 500000) in ('a' * 1000000) }}{{ ('b' ~ 'a' * 500000) in ('a' * 999999) }}`,
  ],
  ['padding to a billion', `{{ '%1000000000d' % 1 }}`],
];
