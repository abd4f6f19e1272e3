import { describe, expect, it } from 'vitest';
import { environmentOf, failureOf } from '../../support/jinja-templates.js';

describe('a template error says where', () => {
  it.each([
    ['an unknown tag', 'a\nb\n  {% foo %}', 'syntax', 3, 6],
    ['an unclosed block', '{% if true %}\nx', 'syntax', 2, 2],
    ['a broken expression', '{{ 1 +\n  * 2 }}', 'syntax', 2, 3],
    ['an unknown filter', 'é\n{{ "é" | nope }}', 'syntax', 2, 10],
    ['an undefined value', '\n{{ x.y }}', 'undefined', 2, 5],
    ['an operator', '{% set a = 1 %}\n{{ 1 +  a / 0 }}', 'value', 2, 11],
    ['a wrong type', '{{ "🐴" }}{{ 1 + "a" }}', 'type', 1, 15],
    ['a missing template', 'x\n{% include "nope" %}', 'not-found', 2, 4],
    ['the sandbox', '{{ "".__class__.__mro__ }}', 'security', 1, 16],
    ['a method', '{{ "a".index("b") }}', 'value', 1, 13],
  ])('%s', (_, text, kind, line, column) => {
    const error = failureOf(() => environmentOf({ main: text }).render('main'));
    expect({ kind: error.kind, file: error.file, line: error.line, column: error.column }).toEqual({
      kind,
      file: 'main',
      line,
      column,
    });
  });

  it('names the templates on the way there, from the inside out', () => {
    const environment = environmentOf({
      'board.jinja2':
        "{% extends 'type.jinja2' %}\n{% block body %}\n{{ helper(1) }}{% endblock %}{% from 'lib.jinja2' import helper %}",
      'type.jinja2': '\n\n{% block body %}{% endblock %}',
      'lib.jinja2': '{% macro helper(x) %}\n{{ x.y.z }}\n{% endmacro %}',
    });
    const error = failureOf(() => environment.render('board.jinja2'));
    expect(error.kind).toBe('undefined');
    expect([error.file, error.line]).toEqual(['lib.jinja2', 2]);
    expect(error.chain).toEqual([
      { file: 'board.jinja2', line: 3 },
      { file: 'type.jinja2', line: 3 },
      { file: 'board.jinja2', line: 1 },
    ]);
  });

  it('gives a hint and a message without the place or a stack', () => {
    const error = failureOf(() => environmentOf({ main: '{{ x + 1 }}' }).render('main'));
    expect(error.message).toBe("'x' is undefined");
    expect(error.hint).toContain('default');
    expect(error.pythonClass).toBe('UndefinedError');
  });

  it('is about the template that was asked for when there is none', () => {
    const error = failureOf(() => environmentOf({}).render('nope.jinja2'));
    expect([error.kind, error.file, error.line]).toEqual(['not-found', 'nope.jinja2', 1]);
  });

  it('leaves nothing behind for later templates', () => {
    const broken = environmentOf({ main: '{{ [[1]] < [["a"]] }}' });
    for (let count = 0; count < 500; count++) failureOf(() => broken.render('main'));
    expect(environmentOf({ main: '{{ [[1], [2]] == [[1], [2]] }}' }).render('main')).toBe('True');
  });
});
