import { describe, expect, it } from 'vitest';
import { TemplateError } from '../../../src/jinja/index.js';
import {
  attempt,
  createDeviceEnvironment,
  readConfiguration,
  renderDevice,
  renderDictionary,
  syntaxErrorOf,
} from '../../../src/templates/index.js';

const texts = new Map([
  ['board-1.jinja2', "{% extends 'base.jinja2' %}{% set power = 'on 1' %}"],
  [
    'base.jinja2',
    'name: {{ scheduled_device_name }}\ntype: {{ scheduled_device_type }}\narch: {{ arch }}\npower: {{ power }}\n',
  ],
]);
const find = (file: string) => {
  const text = texts.get(file);
  return text === undefined ? null : { text, file };
};
const board = { hostname: 'board-1', deviceType: 'qemu' };
const expected = 'name: board-1\ntype: qemu\narch: arm64\npower: on 1';

describe('a device', () => {
  it('is rendered for a job, which cannot pretend to run on another device', () => {
    const context = { arch: 'arm64', scheduled_device_name: 'other' };
    expect(renderDevice(createDeviceEnvironment(find, 202610), board, 202610, context)).toBe(expected);
  });

  it('is rendered in the same way from a dictionary that is passed as text', () => {
    const dictionary = texts.get('board-1.jinja2') ?? '';
    const context = { arch: 'arm64' };
    expect(renderDictionary(dictionary, find, board, 202610, context)).toEqual({ ok: true, value: expected });
  });

  it.each([
    [202605, '-x'],
    [202606, 'board-1-x'],
  ])('is known to templates of LAVA since 2026.06, here %i', (release, value) => {
    const dictionary = '{{ scheduled_device_name }}-{{ arch }}';
    expect(renderDictionary(dictionary, find, board, release, { arch: 'x' })).toEqual({ ok: true, value });
  });

  it('may have an unknown type', () => {
    const rendered = renderDictionary(
      '{{ scheduled_device_type }}!',
      find,
      { ...board, deviceType: null },
      202610,
    );
    expect(rendered).toEqual({ ok: true, value: '!' });
  });
});

describe('an error of a template', () => {
  it('is a value', () => {
    expect(renderDictionary("{% extends 'missing.jinja2' %}", find, board, 202610)).toMatchObject({
      ok: false,
      error: { kind: 'not-found' },
    });
    expect(renderDictionary('{% for a in range(9999999) %}x{% endfor %}', find, board, 202610)).toMatchObject(
      {
        ok: false,
        error: { kind: 'limit' },
      },
    );
    expect(syntaxErrorOf('a.jinja2', 'x\n{% if %}')).toMatchObject({ file: 'a.jinja2', line: 2 });
    expect(syntaxErrorOf('a.jinja2', 'x')).toBeNull();
  });

  it('is not confused with a bug', () => {
    expect(() =>
      attempt(() => {
        throw new RangeError('a bug');
      }),
    ).toThrow(RangeError);
    expect(attempt(() => createDeviceEnvironment(find, 202610).parse('missing.jinja2'))).toMatchObject({
      ok: false,
      error: expect.any(TemplateError) as TemplateError,
    });
  });
});

describe('a device configuration', () => {
  it.each([
    ['a: 1', null],
    ['- a', 'not-a-mapping'],
    ['', 'not-a-mapping'],
    ['2026-11-29', 'not-a-mapping'],
    ['a: [', { line: 1 }],
    // PyYAML rejects this value, although other parsers accept it.
    ['a: =', { line: 1, column: 4 }],
  ])('is read from %j', (text, problem) => {
    const read = readConfiguration(text);
    expect(read.ok).toBe(problem === null);
    if (read.ok) expect(read.value).toEqual({ a: 1 });
    else if (typeof problem === 'object') expect(read.problem).toMatchObject({ ...problem });
    else expect(read.problem).toBe(problem);
  });
});
