/** What LAVA's device schema rejects, and where it can be fixed in the lab. */
import { describe, expect, it } from 'vitest';
import { createLabLoader, loadLab, type LabProofs } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

/** As LAVA's own: the values come from the dictionary, directly or through loops. */
const source = `commands:
  soft_reboot: reset
{% if connection_command %}
  connect: {{ connection_command }}
{% endif %}
{% if user_commands %}
  users:
{% for name, parts in user_commands.items() %}
    {{ name }}:
      do: {{ parts.do }}
{% endfor %}
{% endif %}
usb_sleep: {{ usb_sleep | default(3) }}
{% if serial %}
board_id: {{ serial }}
{% endif %}
`;
const templates = new Map([['our-base.jinja2', { text: source, file: '/lava/base.jinja2' }]]);
const board = dictionary('board', 'w1');
const one = 'device-dictionaries/board-1.jinja2';

function lab(files: Readonly<Record<string, string>>) {
  const own = Object.fromEntries(
    Object.entries(smallLab).filter(([path]) => !path.endsWith('our-base.jinja2')),
  );
  return labOf({ ...own, ...files });
}

function findingsWith(files: Readonly<Record<string, string>>) {
  return loadLab(lab(files), { templates }).findings.map(
    ({ code, severity, place: { file, line, column }, message, hint }) => ({
      what: `${[file, line, column].filter((part) => part !== undefined).join(':')} ${severity} ${code}`,
      message,
      hint,
    }),
  );
}

function placesWith(files: Readonly<Record<string, string>>): string[] {
  return findingsWith(files).map(({ what }) => what);
}

const masters = (main: string, other: string) => ({
  'lab-config/masters/main.yaml': `${smallLab['lab-config/masters/main.yaml'] ?? ''}release: "${main}"\n`,
  'lab-config/masters/other.yaml': `${smallLab['lab-config/masters/other.yaml'] ?? ''}release: "${other}"\n`,
});

describe('a value that LAVA rejects', () => {
  it('is reported at the `set` of the dictionary, with the template line that printed it', () => {
    expect(findingsWith({ [one]: `${board}{% set connection_command = 7009 %}\n` })).toEqual([
      {
        what: `${one}:3:8 error device-configuration-invalid`,
        message:
          'board-1: LAVA 2023.01 rejects the device configuration: commands.connect: expected a string, a list or a mapping, got 7009 (printed by /lava/base.jinja2:4)',
        hint: 'Correct or remove "connection_command". Run `lavaflow render --explain board-1` to see the configuration.',
      },
    ]);
  });

  it.each([
    ['through a loop', "{% set user_commands = {'up': {'do': ['a']}} %}", '3:8'],
    ['through a filter with a default', "{% set usb_sleep = 'x' %}", '3:8'],
    ['through another variable', '{% set number = 5 %}{% set serial = number %}', '3:28'],
    ['by the last of two', "{% set serial = 'a' %}\n{% set serial = 5 %}", '4:8'],
  ])('is found %s', (_, text, place) => {
    expect(placesWith({ [one]: `${board}${text}\n` })).toEqual([
      `${one}:${place} error device-configuration-invalid`,
    ]);
  });

  it('is reported once at the `set` of a template, with the number of devices; each of them is blocked', () => {
    const files = {
      'device-types/board.jinja2': "{% extends 'our-base.jinja2' %}\n{% set usb_sleep = 'long' %}\n",
      ...Object.fromEntries(
        Array.from({ length: 40 }, (_, n) => [`device-dictionaries/b${n}.jinja2`, board]),
      ),
    };
    const { findings, lab: loaded } = loadLab(lab(files), { templates });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      place: { file: 'device-types/board.jinja2', line: 2, column: 8 },
      message: expect.stringMatching(/^board-1 and 41 more: /) as string,
    });
    const blocked = [...(loaded?.desired.get('main')?.blocked.keys() ?? [])];
    expect(blocked.filter((key) => key.startsWith('device/'))).toHaveLength(41);
    expect(blocked).not.toContain('template/board');
  });

  it('is reported once if many dictionaries set it', () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [
        `device-dictionaries/b${String(n).padStart(2, '0')}.jinja2`,
        `${board}{% set connection_command = ${n + 1} %}\n`,
      ]),
    );
    const findings = findingsWith(files);
    expect(findings.map(({ what }) => what)).toEqual([
      'device-dictionaries/b00.jinja2:3:8 error device-configuration-invalid',
    ]);
    expect(findings[0]?.message).toMatch(/^b00 and 39 more: /);
  });

  it('is reported at the text of the lab, if no variable is to blame', () => {
    expect(
      placesWith({
        'device-types/board.jinja2': 'own_key: 1\n',
        'device-types/lonely.jinja2': "usb_sleep: 'x'\n",
      }),
    ).toEqual([
      'device-types/board.jinja2:1:1 error device-configuration-invalid',
      'device-types/lonely.jinja2:1:1 error device-configuration-invalid',
    ]);
    expect(placesWith({ [one]: `note\n${board}` })).toEqual([`${one}:1:1 error rendered-not-yaml`]);
  });

  it('is reported at `extends`, if it comes from a template that is not in the lab', () => {
    const newer = new Map([['our-base.jinja2', { text: "hostname: 'x'\n", file: '/lava/base.jinja2' }]]);
    const { findings } = loadLab(lab({}), { templates: newer });
    expect(findings).toMatchObject([
      {
        place: { file: one, line: 1, column: 4 },
        message: expect.stringContaining(
          'board-1 and 1 more: LAVA 2023.01 rejects the device configuration: hostname: unknown key (printed by /lava/base.jinja2:1)',
        ) as string,
        hint: expect.stringContaining('deviceTypeSources') as string,
      },
    ]);
  });

  it('is not YAML: the `set` is found, even if the error is noticed later', () => {
    expect(placesWith({ [one]: `${board}{% set connection_command = 'a: b: c' %}\n` })).toEqual([
      `${one}:3:8 error rendered-not-yaml`,
    ]);
    expect(
      placesWith({ [one]: `${board}{% set usb_sleep = 1 %}{% set connection_command = '"open' %}\n` }),
    ).toEqual([`${one}:3:31 error rendered-not-yaml`]);
  });
});

describe('the release of the masters', () => {
  const list = { [one]: `${board}{% set user_commands = {'up': {'do': ['a']}} %}\n` };

  it('decides what is valid', () => {
    expect(placesWith({ ...list, ...masters('2026.10', '2023.01') })).toEqual([]);
    expect(placesWith({ ...list, ...masters('2025.10', '2026.10') })).toEqual([
      `${one}:3:8 error device-configuration-invalid`,
    ]);
  });

  it('is each of those that serve the device', () => {
    const both = masters('2026.10', '2023.01');
    const shared = {
      ...both,
      'lab-config/masters/other.yaml': both['lab-config/masters/other.yaml'].replace('there', 'here, there'),
    };
    expect(findingsWith({ ...list, ...shared })[0]?.message).toContain('board-1: LAVA 2023.01 rejects ');
    const wrong = { [one]: `${board}{% set connection_command = 5 %}\n` };
    expect(findingsWith({ ...wrong, ...shared })[0]?.message).toContain('LAVA 2023.01 and 2026.10 reject ');
  });

  it('decides which filters there are', () => {
    const files = { [one]: `${board}{% set connection_command = 'a' | shlex_quote %}\n` };
    expect(placesWith({ ...files, ...masters('2024.01', '2023.01') })).toEqual([]);
    expect(findingsWith({ ...files, ...masters('2023.10', '2026.10') })).toEqual([
      {
        what: `${one}:3:35 error template-syntax`,
        message: "No filter named 'shlex_quote'.",
        hint: 'Write it without shlex_quote: LAVA has this filter since 2024.01, and the master runs 2023.10.',
      },
    ]);
  });

  it('is part of what is remembered', () => {
    const loader = createLabLoader();
    expect(loader.load(lab({ ...list, ...masters('2026.10', '2026.10') }), { templates }).findings).toEqual(
      [],
    );
    const older = lab({ ...list, ...masters('2023.01', '2026.10') });
    const again = loader.load(older, { templates });
    expect([again.rendered, again.findings.length]).toEqual([2, 1]);
    const proofs = (release: string): LabProofs => {
      const first = createLabLoader();
      first.load(lab({ ...list, ...masters(release, release) }), { templates });
      return first.proofs();
    };
    expect(createLabLoader(proofs('2026.10')).load(older, { templates }).findings).toHaveLength(1);
    expect(createLabLoader(proofs('2023.01')).load(older, { templates }).findings).toHaveLength(1);
  });
});
