/** Every finding is in the lab: nobody can correct another file there, and GitHub drops annotations elsewhere. */
import { expect, it } from 'vitest';

import { isLabPath, loadLab, type LoadOptions } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

const lab = {
  ...smallLab,
  'lab-config/lab.yaml': 'kind: Lab\nname: small\ndeviceTypeSources:\n  - directory: a\n  - directory: b\n',
  'device-dictionaries/q1.jinja2': dictionary('qemu', 'w1'),
  'device-dictionaries/q2.jinja2': dictionary('qemu', 'w1'),
};

const broken: Readonly<Record<string, string>> = {
  'a syntax error': '{% if %}\n',
  'an unknown template': "{% extends 'nowhere.jinja2' %}\n",
  'a loop': "{% extends 'qemu.jinja2' %}\n",
  'a failure': 'a: {{ 1 / 0 }}\n',
  'a failure for one device': "a: {{ 1 / (0 if device_hostname == 'q1' else 1) }}{{ undefined_name.x.y }}\n",
  'a line that is too long': `{# ${'x'.repeat(200_000)} #}\n`,
  'text that is too long': '{# xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx #}\n'.repeat(30_000),
  'no YAML': 'a: "b\n',
  'no mapping': '- a\n',
  'an endless loop': '{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}\n',
};

it.each(Object.entries(broken))('a template of a source with %s', (_, text) => {
  const templates: LoadOptions['templates'] = new Map([
    ['qemu.jinja2', { text, file: '/usr/share/lava/qemu.jinja2', source: 1 }],
  ]);
  const { findings } = loadLab(labOf(lab), { templates });
  expect(findings.length).toBeGreaterThan(0);
  for (const { place, message, code } of findings) {
    expect(isLabPath(place.file), `${code} ${place.file}: ${message}`).toBe(true);
    expect(place.line, `${code} ${message}`).toBeGreaterThan(0);
  }
});

it('a finding about a source is at its line in lab.yaml, and names the file', () => {
  const text = "{% extends 'nowhere.jinja2' %}\n";
  const templates = new Map([['qemu.jinja2', { text, file: '/b/qemu.jinja2', source: 1 }]]);
  const { findings } = loadLab(labOf(lab), { templates });
  expect(findings).toContainEqual(
    expect.objectContaining({
      code: 'template-unknown',
      place: { file: 'lab-config/lab.yaml', line: 5, column: 5 },
      message: '/b/qemu.jinja2:1:4: there is no template "nowhere.jinja2"',
    }),
  );
});
