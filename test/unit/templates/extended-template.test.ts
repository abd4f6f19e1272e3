import { expect, it } from 'vitest';
import { extendedTemplate, extendedTemplateOf } from '../../../src/templates/index.js';

it.each([
  ["{% extends 'qemu.jinja2' %}", 'qemu'],
  ['{%- extends "bcm2711.rpi-4-b.jinja2" -%}', 'bcm2711.rpi-4-b'],
  ["{% extends 'qemu.other' %}", 'qemu'],
  ["{% extends 'qemu' %}", 'qemu'],
  ["{% extends '.jinja2' %}", '.jinja2'],
  ["{# {% extends 'a.jinja2' %} #}{% extends 'b.jinja2' %}", 'b'],
  ["{% extends 'a.jinja2' %}{% extends 'b.jinja2' %}", null],
  ["{% extends 'a' ~ '.jinja2' %}", null],
  ["{% set a = 'a.jinja2' %}{% extends a %}", null],
  ['x: 1', null],
  ["{% extends 'a.jinja2' %}{% if %}", null],
])('LAVA looks for the health check of %j under %j', (dictionary, name) => {
  expect(extendedTemplateOf(dictionary)).toBe(name);
});

it('is unknown for a computed name', () => {
  expect(extendedTemplate([null])).toBeNull();
});
