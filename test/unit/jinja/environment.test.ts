import { describe, expect, it } from 'vitest';
import { createEnvironment, findLiteralExtends, pythonFloat } from '../../../src/jinja/index.js';
import { environmentOf, failureOf } from '../../support/jinja-templates.js';

describe('values of the context', () => {
  it.each([
    [1, '1'],
    [1.5, '1.5'],
    [pythonFloat(2), '2.0'],
    [2n ** 70n, '1180591620717411303424'],
    [true, 'True'],
    [null, 'None'],
    ['a', 'a'],
    [['a', 1], "['a', 1]"],
    [{ a: { b: null } }, "{'a': {'b': None}}"],
    [new Map<unknown, unknown>([[1, 'x']]), "{1: 'x'}"],
    [JSON.parse('{"__proto__": 1}') as unknown, "{'__proto__': 1}"],
  ])('%s prints as %s', (value, text) => {
    expect(environmentOf({ main: '{{ value }}' }).render('main', { value })).toBe(text);
  });

  it('are copied, so that a template cannot change them', () => {
    const list = [1];
    expect(environmentOf({ main: '{{ list.append(2) }}{{ list }}' }).render('main', { list })).toBe(
      'None[1, 2]',
    );
    expect(list).toEqual([1]);
  });

  it.each([[() => 1], [new Date()], [Symbol('x')]])('%s is refused', (value) => {
    expect(() => environmentOf({ main: '' }).render('main', { value })).toThrow(TypeError);
  });
});

describe('a range of numbers beyond 2**53', () => {
  it.each([
    ['range(10**30, -2)|list', '[]'],
    ['range(10**30, -2)', 'range(1000000000000000000000000000000, -2)'],
    ['range(-2, 10**30, -1)|list', '[]'],
    ['range(-(10**30))|length', '0'],
    [
      'range(10**30, 10**30 + 5, 2)|list',
      '[1000000000000000000000000000000, 1000000000000000000000000000002, 1000000000000000000000000000004]',
    ],
    [
      'range(10**30, 10**30 - 3, -2)|list',
      '[1000000000000000000000000000000, 999999999999999999999999999998]',
    ],
    ['range(3, 10**30, 10**29)|length', '10'],
    [
      'range(10**30, 10**30 + 5)[1::2]',
      'range(1000000000000000000000000000001, 1000000000000000000000000000005, 2)',
    ],
    ['range(10**30, 10**30 + 5)[-1]', '1000000000000000000000000000004'],
    ['range(10)[::10**12]', 'range(0, 10, 1000000000000)'],
    [
      'range(9007199254740990, 9007199254740993)|list',
      '[9007199254740990, 9007199254740991, 9007199254740992]',
    ],
    ['range(10**30, -2) == range(0)', 'True'],
  ])('%s is %s', (expression, text) => {
    expect(environmentOf({ main: `{{ ${expression} }}` }).render('main')).toBe(text);
  });
});

describe('what is known of a template without rendering it', () => {
  it('names what it depends on', () => {
    const parsed = environmentOf({
      main: "{% extends 'base' %}{% import 'lib' as l %}{% include ['a', 'b'] %}{% from 'm' import x %}{% block y %}{% endblock %}",
    }).parse('main');
    expect(parsed).toEqual({
      dependencies: ['a', 'b', 'base', 'lib', 'm'],
      isComplete: true,
      extends: [{ template: 'base', line: 1, column: 4 }],
      blocks: ['y'],
    });
    expect(environmentOf({ main: '{% include x %}' }).parse('main').isComplete).toBe(false);
  });

  it('finds every extends with its place', () => {
    const text = "{# x #}\n{% extends 'qemu.jinja2' %}\n{% if x %}{% extends y %}{% endif %}";
    expect(findLiteralExtends({ text, file: 'd' })).toEqual([
      { template: 'qemu.jinja2', line: 2, column: 4 },
      { template: null, line: 3, column: 14 },
    ]);
    expect(failureOf(() => findLiteralExtends({ text: '{% extends %}', file: 'd' })).file).toBe('d');
  });

  it('reports the templates that went into a rendering', () => {
    const environment = environmentOf({
      main: "{% extends 'base' %}",
      base: "{% include ['nope', 'inc'] %}",
      inc: 'x',
    });
    expect(environment.renderWithTemplates('main')).toEqual({
      text: 'x',
      templates: ['base', 'inc', 'main', 'nope'],
      undefinedUses: [],
    });
  });
});

describe('an undefined value that is printed', () => {
  const templates = {
    main: "{% extends 'base' %}",
    base: 'x\n{{ a }}{{ d.b }}{{ "x" ~ c }}{{ e | default(1) }}{% if f %}{% endif %}',
  };

  it('is reported with its place', () => {
    const { text, undefinedUses } = environmentOf(templates).renderWithTemplates('main', { d: {} });
    expect(text).toBe('x\nx1');
    expect(undefinedUses.map(({ message, file, line, column }) => [message, file, line, column])).toEqual([
      ["'a' is undefined", 'base', 2, 4],
      ["'dict object' has no attribute 'b'", 'base', 2, 12],
      ["'c' is undefined", 'base', 2, 20],
    ]);
  });

  it.each([
    ['printed', '{{ x }}', 4],
    ['joined to text', "{{ 'a' ~ x }}", 4],
    ['printed through a filter for text', '{{ x | trim | upper }}', 8],
    ['an attribute that is missing', '{{ d.x }}', 5],
    ['printed by a macro', '{% macro m(a) %}{{ a }}{% endmacro %}{{ m() }}', 20],
  ])('is reported when it is %s', (_, text, column) => {
    const { undefinedUses } = environmentOf({ main: text }).renderWithTemplates('main', { d: {} });
    expect(undefinedUses).toMatchObject([{ file: 'main', line: 1, column }]);
  });

  it.each([
    ['has a default', "{{ x | default('a') }}{{ x | d }}{{ d.y | default }}"],
    ['is asked whether it is defined', '{{ x is defined }}{{ d.x is undefined }}'],
    ['is tested', '{% if x %}{% endif %}{{ 1 if x }}{{ x or 1 }}{{ not x }}'],
    ['is compared', '{{ x == 1 }}'],
    ['is looped over', '{% for y in x %}{% endfor %}'],
    ['is passed on', '{% set y = x %}'],
  ])('does not count as a use when it %s', (_, text) => {
    const { undefinedUses } = environmentOf({ main: text }).renderWithTemplates('main', { d: {} });
    expect(undefinedUses.filter(({ name }) => name !== undefined)).toEqual([]);
  });

  it('is an error in a strict environment', () => {
    const error = failureOf(() => environmentOf(templates, { strict: true }).render('main', { d: {} }));
    expect([error.kind, error.message, error.file, error.line]).toEqual([
      'undefined',
      "'a' is undefined",
      'base',
      2,
    ]);
    const guarded = { main: '{{ a is defined }}{{ a | default(1) }}' };
    expect(environmentOf(guarded, { strict: true }).render('main')).toBe('False1');
  });
});

describe('a set at the top of a template', () => {
  const dictionary = `{% extends 'qemu.jinja2' %}
{% set worker = 'w1' %}
{% set broken = missing.attribute %}
{% set sync_to_lava = {
  'device_type': 'qemu',
  'worker': worker,
  'tags': ['a', ('b', 'c')],
  'aliases': [],
  'count': 3, 'ratio': 1.5, 'on': true, 'none': none,
} %}`;

  it('is evaluated to plain values', () => {
    const value = environmentOf({ d: dictionary }).evaluateTopLevelSet('d', 'sync_to_lava');
    expect(JSON.parse(JSON.stringify(value))).toEqual({
      device_type: 'qemu',
      worker: 'w1',
      tags: ['a', ['b', 'c']],
      aliases: [],
      count: 3,
      ratio: 1.5,
      on: true,
      none: null,
    });
    expect(Object.getPrototypeOf(value)).toBeNull();
  });

  it('is undefined when there is none, and fails when it cannot be evaluated', () => {
    const environment = environmentOf({ d: dictionary });
    expect(environment.evaluateTopLevelSet('d', 'other')).toBeUndefined();
    expect(failureOf(() => environment.evaluateTopLevelSet('d', 'broken'))).toMatchObject({
      kind: 'undefined',
      line: 3,
    });
  });

  it('is found with its keys', () => {
    const found = environmentOf({ d: dictionary }).describeTopLevelSet('d', 'sync_to_lava');
    expect(found).toMatchObject({ line: 4, column: 4 });
    expect(found?.keys.get('tags')).toEqual({ line: 7, column: 3 });
    expect(environmentOf({ d: '' }).describeTopLevelSet('d', 'x')).toBeUndefined();
  });
});

describe('an environment', () => {
  it('asks the loader once for each name, and never for one that leads out', () => {
    const asked: string[] = [];
    const environment = createEnvironment({
      loader: {
        load: (name) => {
          asked.push(name);
          return name === 'main'
            ? { text: "{% include '../etc/passwd' ignore missing %}x", file: 'main' }
            : null;
        },
      },
    });
    expect([environment.render('main'), environment.render('main')]).toEqual(['x', 'x']);
    expect(asked).toEqual(['main']);
  });

  it('keeps renderings apart', () => {
    const environment = environmentOf({
      main: "{% import 'lib' as l %}{{ l.x.append(1) or l.x }}",
      lib: '{% set x = [] %}',
    });
    expect([environment.render('main'), environment.render('main')]).toEqual(['[1]', '[1]']);
  });

  it('renders at random only when it is given randomness', () => {
    const templates = { main: '{{ [1, 2, 3] | random }}' };
    expect(failureOf(() => environmentOf(templates).render('main')).kind).toBe('unsupported');
    expect(environmentOf(templates, { random: () => 0.5 }).render('main')).toBe('2');
  });
});

describe('the filters of LAVA', () => {
  it.each([
    ["{{ 'a b' | shlex_quote }}", "'a b'"],
    ['{{ "it\'s" | shlex_quote }}', `'it'"'"'s'`],
    ["{{ 'ok-1.2/x' | shlex_quote }}{{ '' | shlex_quote }}", "ok-1.2/x''"],
    ['{{ ["a: b", "c\\"d\\n"] | yaml_quote }}', '["a: b", "c\\"d\\n"]'],
    ["{% filter yaml_quote %}setenv x 'y' {% endfilter %}", `"setenv x 'y' "`],
    [
      "{{ 'amd64' | qemu_guest_fs_interface(none) }} {{ 'arm64' | qemu_guest_fs_interface('') }}",
      'ide virtio',
    ],
    ["{{ 'arm64' | qemu_guest_fs_interface('scsi') }}", 'scsi'],
  ])('%s', (text, expected) => {
    expect(environmentOf({ main: text }).render('main')).toBe(expected);
  });
});

describe('explain', () => {
  it('names the template and line of each line and key, through blocks and inheritance', () => {
    const explanation = environmentOf({
      'board.jinja2':
        "{% extends 'type.jinja2' %}\n{% set command = 'go' %}\n{% block extra %}\n  extra: 1\n{% endblock %}",
      'type.jinja2':
        'actions:\n  boot: {{ command }}\n{% block extra %}{% endblock %}\n{% for x in [1, 2] %}\nlist{{ x }}:\n  - a\n{% endfor %}',
    }).explain('board.jinja2');
    expect(explanation.text).toBe('actions:\n  boot: go\n  extra: 1\nlist1:\n  - a\nlist2:\n  - a\n');
    const places = Object.fromEntries(
      [...explanation.keys].map(([key, { file, line }]) => [key, `${file}:${line}`]),
    );
    expect(places).toEqual({
      actions: 'type.jinja2:1',
      'actions.boot': 'type.jinja2:2',
      'actions.extra': 'board.jinja2:4',
      list1: 'type.jinja2:5',
      'list1.0': 'type.jinja2:6',
      list2: 'type.jinja2:5',
      'list2.0': 'type.jinja2:6',
    });
    expect(explanation.lines.map(({ line }) => line)).toHaveLength(7);
  });

  it.each([
    ['a macro', "{% import 'lib' as lib %}\n{{ lib.m() }}", 'lib:1 lib:2'],
    ['a macro of its own template', '{% macro m() %}\na: 1\nb: 2{% endmacro %}\n{{ m() }}', 'main:2 main:3'],
    [
      'a call block',
      '{% macro m() %}\na: 1\n{{ caller() }}{% endmacro %}\n{% call m() %}b: 2{% endcall %}',
      'main:2 main:4',
    ],
    ['a set block', '{% set v %}\na: 1\nb: 2\n{% endset %}\n{{ v }}', 'main:2 main:3'],
    ['a filter that changes nothing', '{% filter trim %}a: 1\nb: 2{% endfilter %}', 'main:1 main:2'],
    ['a filter that changes it', '{% macro m() %}A: 1\nB: 2{% endmacro %}\n{{ m()|lower }}', 'main:3 main:3'],
    ['a parent block', "{% extends 'base' %}{% block x %}{{ super() }}\nb: 2{% endblock %}", 'base:2 main:2'],
    [
      'an include without context',
      "{% include 'lib' without context %}\na: 1\n{% include 'inc' without context %}",
      'main:2 inc:1',
    ],
  ])('follows the text of %s to its lines', (_, main, expected) => {
    const { keys } = environmentOf({
      main,
      lib: '{% macro m() %}a: 1\nb: 2{% endmacro %}',
      base: 'c: 3\n{% block x %}a: 1{% endblock %}',
      inc: 'b: 2',
    }).explain('main');
    const places = ['a', 'b'].map((key) => `${keys.get(key)?.file ?? ''}:${keys.get(key)?.line ?? 0}`);
    expect(places.join(' ')).toBe(expected);
  });

  it('finds keys where only LAVA reads the YAML', () => {
    const { keys } = environmentOf({
      lava: "a: 'it\nis'\nb: [{c: 1}, &x {d: 2}]\ne: *x\n",
    }).explain('lava');
    expect([...keys].map(([key, { line }]) => `${key} ${line}`)).toEqual([
      'a 1',
      'b 3',
      'b.0 3',
      'b.0.c 3',
      'b.1 3',
      'b.1.d 3',
      'e 4',
    ]);
  });
});
