import { describe, expect, it } from 'vitest';
import { findTemplate, mergeTemplates, templateNameOf } from '../../../src/templates/index.js';

const places = {
  dictionaries: new Map([
    ['board-1', 'dictionary board-1'],
    ['both', 'dictionary both'],
  ]),
  templates: new Map([
    ['both', 'template both'],
    ['qemu', 'template qemu'],
  ]),
  below: new Map([
    ['both.jinja2', 'shipped both'],
    ['qemu.jinja2', 'shipped qemu'],
    ['base.jinja2', 'shipped base'],
    ['notes.txt', 'shipped notes'],
  ]),
};

describe('the search order', () => {
  it.each([
    ['board-1.jinja2', 'dictionary board-1'],
    ['both.jinja2', 'dictionary both'],
    ['qemu.jinja2', 'template qemu'],
    ['base.jinja2', 'shipped base'],
    ['notes.txt', 'shipped notes'],
    ['board-1', undefined],
    ['qemu', undefined],
    ['missing.jinja2', undefined],
  ])('finds %s: %s', (fileName, found) => {
    expect(findTemplate(fileName, places)).toBe(found);
    expect(mergeTemplates(places).get(fileName)).toBe(found);
  });

  it('does not require templates below, as on a lavaflow master', () => {
    const { dictionaries, templates } = places;
    expect(findTemplate('base.jinja2', { dictionaries, templates })).toBeUndefined();
    expect([...mergeTemplates({ dictionaries, templates }).keys()].sort()).toEqual([
      'board-1.jinja2',
      'both.jinja2',
      'qemu.jinja2',
    ]);
  });

  it('removes only `.jinja2`', () => {
    expect([templateNameOf('a.b.jinja2'), templateNameOf('a.txt')]).toEqual(['a.b', 'a.txt']);
  });
});
