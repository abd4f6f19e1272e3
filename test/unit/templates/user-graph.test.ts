import { describe, expect, it } from 'vitest';
import { createReferenceReader, reachedFrom, userGraphOf } from '../../../src/templates/index.js';

function momentOf(texts: Readonly<Record<string, string | null>>, hostnames: readonly string[]) {
  return {
    dictionaries: new Map(hostnames.map((name) => [name, ''])),
    textOf: (file: string) => {
      const text = texts[file];
      return typeof text === 'string' ? { text, file } : text;
    },
  };
}

describe('userGraphOf', () => {
  const old = momentOf({ 'd.jinja2': "{% include 'a.jinja2' %}", 'a.jinja2': 'x' }, ['d']);

  it('follows references from the dictionaries to unknown templates', () => {
    const moment = momentOf(
      {
        'd.jinja2': "{% extends 'a.jinja2' %}",
        'e.jinja2': "{% include 'unknown.jinja2' ignore missing %}{% include x %}",
        'a.jinja2': "{% extends 'unknown.jinja2' %}{% include 'absent.jinja2' %}",
        'absent.jinja2': null,
        'unused.jinja2': "{% extends 'a.jinja2' %}",
      },
      ['d', 'e'],
    );
    const { users, open, missing, lacking } = userGraphOf([moment], createReferenceReader());
    expect([...reachedFrom(['absent.jinja2'], users).keys()]).toEqual([
      'absent.jinja2',
      'a.jinja2',
      'd.jinja2',
    ]);
    expect([...open]).toEqual(['e.jinja2']);
    expect([...missing]).toEqual(['unknown.jinja2']);
    expect([...lacking.keys()].sort()).toEqual(['a.jinja2', 'd.jinja2', 'unknown.jinja2']);
  });

  it('finds templates that only a mixture of old and new texts reaches', () => {
    const next = momentOf({ 'd.jinja2': 'x', 'a.jinja2': "{% include 'b.jinja2' %}", 'b.jinja2': 'y' }, [
      'd',
    ]);
    const reached = (...moments: (typeof old)[]) =>
      [...reachedFrom(['b.jinja2'], userGraphOf(moments, createReferenceReader()).users).keys()].includes(
        'd.jinja2',
      );
    expect([reached(old), reached(next), reached(old, next)]).toEqual([false, false, true]);
  });
});
