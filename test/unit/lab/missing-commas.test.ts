/** A missing comma is reported where the comma should be, whatever Jinja2 makes of the text without it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Finding } from '../../../src/diagnostics/index.js';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

const path = 'device-dictionaries/board-1.jinja2';
const start = "{% extends 'board.jinja2' %}\n";

function findingsOf(text: string): readonly Finding[] {
  return loadLab(labOf({ ...smallLab, [path]: text })).findings.filter(({ place }) => place.file === path);
}

function brief({ severity, code, place: { line, column } }: Finding): string {
  return `${severity} ${code} ${line ?? 0}:${column ?? 0}`;
}

/** `|` marks the place, and is removed. */
function expectAt(marked: string, severity: string, code: string): void {
  const text = start + marked.replace('|', '');
  const before = (start + marked).slice(0, (start + marked).indexOf('|')).split('\n');
  const place = `${before.length}:${(before.at(-1) ?? '').length + 1}`;
  const found = findingsOf(text).filter((finding) => finding.code !== 'unused-variable');
  expect(found.map(brief), text).toEqual([`${severity} ${code} ${place}`]);
}

const text = fc.constantFrom('"usb"', "'hdmi'", '"a b"', '"it\'s"');
const tag = fc.constantFrom('"usb"', "'hdmi'", '"4G"');
const list = fc
  .array(text, { minLength: 1, maxLength: 3 })
  .map((items) => ({ open: '[', items, close: ']' }));
const number = fc.constantFrom('1', 'true', 'None');
const value = fc.oneof(
  text,
  number,
  list.map(({ items }) => `[${items.join(', ')}]`),
);
const entries = fc
  .array(value, { minLength: 2, maxLength: 4 })
  .map((values) => values.map((one, index) => `"key${index}": ${one}`));
const gap = fc.constantFrom(' ', '\n', '\n    ', ' \n\t');

describe('a missing comma', () => {
  it('between the entries of sync_to_lava is reported where it should be', () => {
    fc.assert(
      fc.property(entries, gap, fc.nat(), (all, blank, choice) => {
        const sync = ['"device_type": "board"', '"worker": "w1"', ...all];
        const at = choice % (sync.length - 1);
        const separated = sync.map(
          (one, index) => one + (index === at ? '|' : index < sync.length - 1 ? ',' : ''),
        );
        expectAt(`{% set sync_to_lava = {${separated.join(blank)}} %}\n`, 'error', 'template-syntax');
      }),
      { numRuns: 200 },
    );
  });

  it('between the entries of a list in sync_to_lava is reported where it should be', () => {
    fc.assert(
      fc.property(fc.array(tag, { minLength: 2, maxLength: 4 }), gap, fc.nat(), (items, blank, choice) => {
        const at = choice % (items.length - 1);
        const separated = items.map(
          (one, index) => one + (index === at ? '|' : index < items.length - 1 ? ',' : ''),
        );
        const sync = `"device_type": "board", "worker": "w1", "tags": [${separated.join(blank)}]`;
        expectAt(`{% set sync_to_lava = {${sync}} %}\n`, 'error', 'comma-missing');
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['"group_device_permissions": [["view_device", "a"]|\n ["view_device", "b"]]', 'comma-missing'],
    ['"tags": ["a"|\n ["b"]]', 'comma-missing'],
  ])('before a list, which Jinja2 reads as an index, is reported: %s', (entry, code) => {
    expectAt(`{% set sync_to_lava = {"device_type": "board", "worker": "w1", ${entry}} %}\n`, 'error', code);
  });

  it.each([
    "['plug 2 off'|\n 'sleep 5', 'plug 2 on']",
    "['plug 2 off', 'sleep 5'| 'plug 2 on']",
    "['echo \"off\"'|\n 'sleep 5']",
    "['relay off'|\n '/usr/bin/sleep 5']",
    "'plug 2 off'|\n 'sleep 5'",
    "{'uart0': 'telnet host 1'|\n 'telnet host 2'}",
  ])('between commands is a warning: %s', (value) => {
    expectAt(
      `${dictionary('board', 'w1').slice(start.length)}{% set hard_reset_command = ${value} %}\n`,
      'warning',
      'comma-missing',
    );
  });

  it.each([
    // Long texts that are split on purpose.
    "['pdu --host a ' '--port 3', 'sleep 5']",
    "['pdu --host a' ' --port 3']",
    "'http://host/' 'path'",
    "'http://host' '/path'",
    "'AAAAB3NzaC1yc2E' 'AAAADAQABAAAB'",
    "['/usr/local/bin' '/pdu off']",
    "'%-10s' '%d'",
    "['a', 'b']",
    "''",
    "['', '']",
    "'it''s'",
  ])('is not assumed in %s', (value) => {
    const codes = findingsOf(`${dictionary('board', 'w1')}{% set hard_reset_command = ${value} %}\n`).map(
      ({ code }) => code,
    );
    expect(codes).not.toContain('comma-missing');
  });
});

it('a second sync_to_lava is an error, because LAVA reads only the first', () => {
  const text = `${dictionary('board', 'w1')}{% set sync_to_lava = {"device_type": "board", "worker": "w2"} %}\n`;
  expect(findingsOf(text).map(brief)).toEqual(['error sync-twice 3:4']);
  expect(findingsOf(`{# {% set sync_to_lava = {} %} #}\n${dictionary('board', 'w1')}`)).toEqual([]);
});
