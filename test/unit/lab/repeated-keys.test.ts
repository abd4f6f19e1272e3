/** A key that a mapping has twice is reported, because Jinja2 accepts it and keeps only the last value. */
import { describe, expect, it } from 'vitest';

import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';

const path = 'device-dictionaries/board-1.jinja2';

function placesIn(text: string): string[] {
  const { findings } = loadLab(labOf({ ...smallLab, [path]: `{% extends 'board.jinja2' %}\n${text}\n` }));
  return findings
    .filter(({ code }) => code === 'key-repeated')
    .map(({ severity, place: { line, column }, message }) => `${severity} ${line}:${column ?? 0} ${message}`);
}

const only = ': only the last value counts';

describe('a key that a mapping has twice', () => {
  it('is reported at its second place', () => {
    expect(placesIn(`{% set device_info = [{'a': '1', 'b': '2', 'b': '3'}] %}`)).toEqual([
      `warning 2:44 this mapping has the key "b" already${only}`,
    ]);
  });

  it('is reported in sync_to_lava, whatever the quotes', () => {
    const sync = `{% set sync_to_lava = {"device_type": "board", "tags": ["a"],\n  'tags': ["b"]} %}`;
    expect(placesIn(sync)).toEqual([`warning 3:3 this mapping has the key "tags" already${only}`]);
  });

  it.each([
    `{% set a = [{'b': 1}, {'b': 2}] %}`,
    `{% set a = {'b': {'c': 1}, 'c': {'b': 1}} %}`,
    `{% set a = {'b': 'b', 'c': 'b'} %}`,
    `{% set a = {'b': 'x'[1:], 'x': ['b', 'b']} %}`,
    `{% set a = {'b': f('b', 'b')} %}`,
    `{% set a = {'b': "{'b': 1, 'b': 2}"} %}`,
    `{% set a = {'b': 1, 'c': 'b' if d else 'b'} %}`,
    `{# {'b': 1, 'b': 2} #}`,
    `{% set a = {'b': 1, 'b`,
    `{% set a = }{[']} %}`,
  ])('is not seen in %s', (text) => {
    expect(placesIn(text)).toEqual([]);
  });
});
