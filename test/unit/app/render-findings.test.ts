import { expect, it } from 'vitest';
import { failureFinding, undefinedFindings } from '../../../src/app/render/findings.js';
import { createEnvironment, TemplateError } from '../../../src/jinja/index.js';
import { createLabTemplates } from '../../../src/lab/index.js';

const templates = new Map([
  ['base.jinja2', 'retry: {{ boot_retry }}\nspeed: {{ speed }}{% block more %}{% endblock %}\n'],
  ['board-1.jinja2', "{% extends 'base.jinja2' %}\n{% block more %}{{ info.serial }}{% endblock %}"],
  ['board-2.jinja2', "{% extends 'base.jinja2' %}\n{% set speed = 5 %}"],
]);

it('lists each place that prints an undefined variable once, with the devices that reach it', () => {
  const environment = createEnvironment({
    loader: { load: (name) => ({ text: templates.get(name) ?? '', file: `device-types/${name}` }) },
  });
  const usesOf = (device: string) =>
    environment.renderWithTemplates(`${device}.jinja2`, { info: {} }).undefinedUses;

  const findings = undefinedFindings(
    new Map(['board-1', 'board-2'].map((device) => [device, usesOf(device)] as const)),
  );

  expect(
    findings.map(({ message, place, hint }) => [
      `${place.file}:${place.line}:${place.column}`,
      message,
      hint,
    ]),
  ).toEqual([
    [
      'device-types/base.jinja2:1:11',
      '"boot_retry" is not defined, so this is empty for board-1 and 1 more',
      'Set it with --context boot_retry=..., like the context of a job.',
    ],
    [
      'device-types/base.jinja2:2:11',
      '"speed" is not defined, so this is empty for board-1',
      "Set it, or give a default: {{ speed | default('...') }}.",
    ],
    [
      'device-types/board-1.jinja2:2:24',
      "'dict object' has no attribute 'serial', so this is empty for board-1",
      undefined,
    ],
  ]);
});

it.each([
  ['{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}', /nest deeper/, /reached: from there\/a.jinja2:1\.$/],
  ["{% extends 'qemu.jinja2' %}", /no template qemu/, /deviceTypeSources/],
])('says where and why %s fails, and from where it came once', (text, why, what) => {
  const content = new TextEncoder().encode(text);
  const files = new Map([['device-dictionaries/a.jinja2', { type: 'file', content } as const]]);
  const { environment } = createLabTemplates(files, { dictionariesAt: 'there' });
  let thrown: unknown;
  try {
    environment.render('a.jinja2');
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof TemplateError)) throw new Error('it renders');
  const finding = failureFinding('a', thrown);
  expect(finding.place.file).toBe('there/a.jinja2');
  expect(finding.message).toMatch(why);
  expect(finding.hint).toMatch(what);
  expect(finding.hint?.length).toBeLessThan(160);
});
