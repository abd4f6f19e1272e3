/** The mistakes made when somebody adds a board by copying the dictionary of its neighbor. */
import { describe, expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

const base = `commands:
  connect: '{{ connection_command or (connection_commands or {}).uart0 }}'
  power_on: '{{ power_on_command }}'
adb_serial_number: '{{ adb_serial_number }}'
board_id: '{{ board_id }}'
parameters:
  x: 1
{% filter indent(2, true) %}{% block more %}{% endblock %}{% endfilter %}

`;
const one = 'device-dictionaries/board-1.jinja2';
const two = 'device-dictionaries/board-9.jinja2';
const board = dictionary('board', 'w1');
const values = (text: string): string => `${board}{% set ${text} %}\n`;

function findingsWith(files: Readonly<Record<string, string>>) {
  return loadLab(labOf({ ...smallLab, 'device-types/our-base.jinja2': base, ...files })).findings.filter(
    ({ code }) => code !== 'undefined-name',
  );
}

function placesWith(files: Readonly<Record<string, string>>): string[] {
  return findingsWith(files).map(
    ({ code, place: { file, line, column } }) => `${file}:${line}:${column} ${code}`,
  );
}

describe('a copied dictionary', () => {
  it('is reported once, with everything that it shares', () => {
    const text = `${values("connection_command = 'telnet c 7001'")}{% set power_on_command = "pdu on 3" %}\n`;
    expect(findingsWith({ [one]: text, [two]: text })).toMatchObject([
      {
        code: 'hardware-shared',
        severity: 'warning',
        place: { file: two, line: 4, column: 27 },
        message: '"board-1" on the same worker has the same power outlet pdu * 3, serial port c:7001',
      },
    ]);
  });

  it.each([
    ["connection_command = 'telnet c 7001'", "connection_commands = {'uart0': 'telnet c 7001'}"],
    ["adb_serial_number = '00AB'", "adb_serial_number = '00AB'"],
    ["board_id = '7'", "board_id = '7'"],
  ])('is seen in %s and %s', (first, second) => {
    expect(placesWith({ [one]: values(first), [two]: values(second) })).toContainEqual(
      expect.stringMatching(/ hardware-shared$/),
    );
  });

  it.each([
    ['another console', "connection_command = 'telnet c 7001'", "connection_command = 'telnet c 7002'"],
    ['a command without arguments', "power_on_command = '/bin/true'", "power_on_command = '/bin/true'"],
    ['a number of zeros', "adb_serial_number = '000'", "adb_serial_number = '000'"],
    ['a computed command', "connection_command = 'a b' ~ 1", "connection_command = 'a b' ~ 2"],
  ])('is none with %s', (_, first, second) => {
    expect(placesWith({ [one]: values(first), [two]: values(second) })).not.toContainEqual(
      expect.stringMatching(/ hardware-shared$/),
    );
  });

  it('is not reported on another worker, for a retired device, or if a whole rack has one outlet', () => {
    const console = values("connection_command = 'telnet localhost 7001'");
    expect(placesWith({ [one]: console, [two]: console.replace('w1', 'w2') })).toEqual([]);
    const retired = { 'device-dictionaries/board-9.yaml': 'kind: Device\nhealth: Retired\n' };
    expect(placesWith({ [one]: console, [two]: console, ...retired })).toEqual([]);
    const power = values("power_on_command = 'pdu on 3'");
    const rack = [1, 2, 3, 4].map((n) => [`device-dictionaries/rack-${n}.jinja2`, power] as const);
    expect(placesWith(Object.fromEntries(rack))).toEqual([]);
  });
});

describe('a device type', () => {
  it('is compared with the templates that the dictionary uses', () => {
    const mistaken = board.replace('board.jinja2', 'lonely.jinja2');
    expect(placesWith({ [one]: mistaken })).toEqual([`${one}:2:39 device-type-not-extended`]);
    const between = { 'device-types/mid.jinja2': "{% extends 'board.jinja2' %}\n" };
    expect(placesWith({ ...between, [one]: board.replace('board.jinja2', 'mid.jinja2') })).toEqual([]);
  });
});

describe('text after extends', () => {
  it.each([
    ['device_info: {}', `${one}:3:1`],
    ['{{ x }}', `${one}:3:1`],
    ['{% if true %}\nx: 1\n{% endif %}', `${one}:4:1`],
    ['{# note #} x: 1', `${one}:3:12`],
  ])('is not rendered: %j', (text, place) => {
    expect(placesWith({ [one]: `${board}${text}\n` })).toEqual([`${place} text-not-rendered`]);
  });

  it.each([
    '{# x: 1 #}',
    '# a note',
    '{% block more %}x: 1{% endblock %}',
    '{% macro m() %}x{% endmacro %}{% set connection_command %}telnet {% endset %}',
  ])('is rendered, or for people: %j', (text) => {
    expect(placesWith({ [one]: `${board}${text}\n` })).toEqual([]);
  });

  it('is reported once if many files have it', () => {
    const files = Array.from({ length: 30 }, (_, n) => [
      `device-dictionaries/b-${n}.jinja2`,
      `${board}x: 1\n`,
    ]);
    const findings = findingsWith(Object.fromEntries(files) as Record<string, string>);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.message).toContain('29 more files');
  });
});

describe('a tag that does not end', () => {
  it.each([
    ['a missing brace', board.replace('} %}', ' %}'), 2],
    ['a missing comma', board.replace('", ', '" '), 2],
    ['a missing percent sign', board.replaceAll('%}', '}'), 1],
  ])('is the one finding: %s', (_, text, line) => {
    expect(findingsWith({ [one]: text })).toMatchObject([
      { code: 'template-syntax', place: { file: one, line } },
    ]);
  });

  it('is reported where the unterminated string starts', () => {
    const text = `${values("connection_command = 'telnet c 7001")}{# it's here #}\n{% set adb_serial_number = 'x' %}\n`;
    expect(findingsWith({ [one]: text })).toMatchObject([
      { code: 'template-syntax', hint: expect.stringContaining('starts on line 3') as string },
    ]);
  });

  it('is one finding if a template is named without its extension', () => {
    expect(findingsWith({ [one]: board.replace('board.jinja2', 'board') })).toMatchObject([
      { code: 'dictionary-extends-computed', hint: "Write {% extends 'board.jinja2' %}." },
    ]);
  });
});

it('a misspelled key is one finding', () => {
  expect(findingsWith({ 'workers/w1/worker.yaml': 'kind: Worker\nsites: here\n' })).toMatchObject([
    { code: 'yaml-unknown-key', hint: 'Did you mean "site"?' },
  ]);
});
