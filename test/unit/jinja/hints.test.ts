import { expect, it } from 'vitest';
import { environmentOf, failureOf } from '../../support/jinja-templates.js';

const missing =
  'Is there something missing before it: quotes round a text, brackets round what a filter takes, an operator, or %}?';

/** Mistakes of people who write device types; the messages are Jinja2's own, the hints say what to do. */
it.each([
  ['a: 1\n{% if a %}\nb: 2\n', "That 'if' is in line 2."],
  ['{% block b %}\n{% for a in b %}\n{% endblock %}', "That 'for' is in line 2."],
  ["a: 1\n{% set b = 'x'\n{% set c = 2 %}", 'The {% in line 2 does not end: is its %} missing?'],
  ['a: {{ b\nc: 1', 'The {{ in line 1 does not end: is its }} missing?'],
  ['{% set a %}', 'Is its value missing? {% set name %} without = begins a block.'],
  ['{% block body %}{% endblock bdy %}', "The block that ends here is called 'body'."],
  ['{% endif %}', 'There is no {% if %} that is open here.'],
  ['{% else %}', 'There is no {% if %} that is open here.'],
  ['{% if a %}{% elseif b %}{% endif %}', 'Did you mean {% elif %}?'],
  ['{% blok body %}', 'Did you mean {% block %}?'],
  ['{% switch a %}', undefined],
  ['{% do a.append(1) %}', 'LAVA has no {% do %}.'],
  ["{{ 'x' | uper }}", 'Did you mean "upper"?'],
  ['{{ 1 if a is defind }}', 'Did you mean "defined"?'],
  ['{% set a = telnet localhost 7001 %}', missing],
  ["{% set a = b | default 'x' %}", missing],
  ['{% set a == 1 %}', 'One = gives a variable its value.'],
  ['{% if a = 1 %}{% endif %}', 'Two == compare.'],
  ["{% set power-on = 'x' %}", 'Names have no "-": write _.'],
  ['{% set a = ‘x’ %}', `Texts stand in straight quotes: 'text' or "text".`],
  ["{% set a = 'x %}", 'The text in quotes that begins here does not end.'],
  ["{% set a = 'C:\\Users' %}", 'A backslash itself is written twice.'],
  ["{% set a = {'x' = 1} %}", 'Write {key: value}.'],
  ['{% set a = {{ b }} %}', 'Inside of a tag, a variable stands without braces.'],
  ["{% set a = {'x': 1 %}", 'Is a closing bracket missing before the end of the tag?'],
  ["\n{% set a = ['x',\n  'y' %}", "The '[' in line 2 does not end."],
  ['{% if a && b %}', 'Write: a and b.'],
  ['{% if a || b %}', 'Write: a or b.'],
  ['{% if !a %}', 'Write: not a.'],
  ["{{ 'x' + 1 }}", 'The operator ~ joins texts with whatever it is.'],
  ['{{ super() }}', 'super() is there in a block only, and is what the extended template has in it.'],
  ['{{ loop.index }}', 'loop is there inside of a for only.'],
])('%j', (text, hint) => {
  expect(failureOf(() => environmentOf({ main: text }).render('main')).hint).toBe(hint);
});
