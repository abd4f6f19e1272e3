import { expect, it } from 'vitest';
import { environmentOf, failureOf } from '../../support/jinja-templates.js';

const missing =
  'Check for missing quotes, missing brackets around the arguments of a filter, a missing operator, or a missing %}.';

/** Mistakes of people who write device types; the messages are Jinja2's own, the hints say what to do. */
it.each([
  ['a: 1\n{% if a %}\nb: 2\n', "Close the 'if' on line 2."],
  ['{% block b %}\n{% for a in b %}\n{% endblock %}', "Close the 'for' on line 2."],
  ["a: 1\n{% set b = 'x'\n{% set c = 2 %}", 'Close the {% on line 2 with %}.'],
  ['a: {{ b\nc: 1', 'Close the {{ on line 1 with }}.'],
  ['{% set a %}', 'Add the missing value, or close the block: {% set name %} without = starts a block.'],
  ['{% block body %}{% endblock bdy %}', "Use the name of the block that ends here: 'body'."],
  ['{% endif %}', 'Remove it, or add the missing {% if %}.'],
  ['{% else %}', 'Remove it, or add the missing {% if %}.'],
  ['{% if a %}{% elseif b %}{% endif %}', 'Did you mean {% elif %}?'],
  ['{% blok body %}', 'Did you mean {% block %}?'],
  ['{% switch a %}', undefined],
  ['{% do a.append(1) %}', 'Remove it: LAVA has no {% do %}.'],
  ["{{ 'x' | uper }}", 'Did you mean "upper"?'],
  ['{{ 1 if a is defind }}', 'Did you mean "defined"?'],
  ['{% set a = telnet localhost 7001 %}', missing],
  ["{% set a = b | default 'x' %}", missing],
  ['{% set a == 1 %}', 'Use a single = to assign a value.'],
  ['{% if a = 1 %}{% endif %}', 'Use == to compare.'],
  ["{% set power-on = 'x' %}", 'Use _ instead of "-" in names.'],
  ['{% set speed: 9600 %}', 'Use = to assign a value.'],
  ['{% set a = ‘x’ %}', `Use straight quotes: 'text' or "text".`],
  ["{% set a = 'x %}", 'Close the quoted string that starts here.'],
  ["{% set a = 'C:\\Users' %}", 'Write a backslash twice.'],
  ["{% set a = {'x' = 1} %}", 'Write {key: value}.'],
  ['{% set a = {{ b }} %}', 'Write variables without braces inside a tag.'],
  ["{% set a = {'x': 1 %}", 'Add the missing closing bracket before the end of the tag.'],
  ["\n{% set a = ['x',\n  'y' %}", "Close the '[' on line 2."],
  ['{% if a && b %}', 'Write: a and b.'],
  ['{% if a || b %}', 'Write: a or b.'],
  ['{% if !a %}', 'Write: not a.'],
  ["{{ 'x' + 1 }}", 'Use the operator ~ to join values of any type as text.'],
  ['{{ super() }}', 'Use super() only in a block; it is the content of that block in the extended template.'],
  ['{{ loop.index }}', 'Use loop only inside a for.'],
])('%j', (text, hint) => {
  expect(failureOf(() => environmentOf({ main: text }).render('main')).hint).toBe(hint);
});
