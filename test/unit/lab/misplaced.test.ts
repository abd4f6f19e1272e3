/** A file with the wrong ending or directory is one finding that names its place, and nothing else is reported about it. */
import { expect, it } from 'vitest';

import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

const job = smallLab['device-types/board.health-check.yaml'] ?? '';
const template = "# a comment\n{% extends 'our-base.jinja2' %}\n";

function findingsOf(files: Readonly<Record<string, string>>): string[] {
  const { findings } = loadLab(labOf({ ...smallLab, ...files }));
  return findings.map(({ severity, code, place, hint }) => `${severity} ${code} ${place.file} ${hint ?? ''}`);
}

it.each([
  [
    'device-dictionaries/b.yaml',
    dictionary('board', 'w1'),
    'file-misplaced',
    'Rename it to device-dictionaries/b.jinja2.',
  ],
  ['device-types/b.yaml', template, 'file-misplaced', 'Rename it to device-types/b.jinja2.'],
  ['device-types/b.yml', template, 'file-unknown', 'Rename it to device-types/b.jinja2.'],
  ['device-types/b.j2', template, 'file-unknown', 'Rename it to device-types/b.jinja2.'],
  ['device-types/b.jinja', 'a: 1\n', 'file-unknown', 'Rename it to device-types/b.jinja2.'],
  ['device-types/lonely.yaml', job, 'file-misplaced', 'Rename it to device-types/lonely.health-check.yaml.'],
  ['device-types/lonely.yml', job, 'file-unknown', 'Rename it to device-types/lonely.health-check.yaml.'],
  [
    'device-types/lonely.health-check.yml',
    job,
    'file-unknown',
    'Rename it to device-types/lonely.health-check.yaml.',
  ],
  [
    'device-types/health-checks/lonely.yaml',
    job,
    'file-unknown',
    'Move it to device-types/lonely.health-check.yaml.',
  ],
  [
    'device-types/lonely/health-check.yaml',
    job,
    'file-unknown',
    'Move it to device-types/lonely.health-check.yaml.',
  ],
  [
    'device-types/lonely-healthcheck.yaml',
    job,
    'file-misplaced',
    'Rename it to device-types/lonely.health-check.yaml.',
  ],
  [
    'device-types/health_check_lonely.yml',
    job,
    'file-unknown',
    'Rename it to device-types/lonely.health-check.yaml.',
  ],
  [
    'device-types/health-check.yaml',
    `${job}device_type: lonely\n`,
    'file-misplaced',
    'Rename it to device-types/lonely.health-check.yaml.',
  ],
  [
    'device-dictionaries/b.yaml',
    `${job}device_type: lonely\n`,
    'file-misplaced',
    'Move it to device-types/lonely.health-check.yaml.',
  ],
  [
    'lab-config/health-checks/lonely.yaml',
    job,
    'file-unknown',
    'Move it to device-types/lonely.health-check.yaml.',
  ],
  [
    'device-dictionaries/rack/b.jinja2',
    dictionary('board', 'w1'),
    'file-unknown',
    'Move it to device-dictionaries/b.jinja2.',
  ],
  ['device-types/board.yml', 'kind: DeviceType\n', 'file-unknown', 'Rename it to device-types/board.yaml.'],
  ['lab-config/sites/attic.yml', 'kind: Site\n', 'file-unknown', 'Rename it to lab-config/sites/attic.yaml.'],
  ['workers/w1/env.yml', 'overrides: {}\n', 'file-unknown', 'Rename it to workers/w1/env.yaml.'],
  ['workers/w1/env.dut.yaml', 'overrides: {}\n', 'file-unknown', 'Rename it to workers/w1/env-dut.yaml.'],
  ['workers/w1/w1.key', 'curve\n', 'file-unknown', 'Rename it to workers/w1/certificate.key.'],
  ['workers/w3.yaml', 'kind: Worker\n', 'file-unknown', 'Move it to workers/w3/worker.yaml.'],
])('%s', (path, text, code, hint) => {
  expect(findingsOf({ [path]: text })).toEqual([`error ${code} ${path} ${hint}`]);
});

it('a directory of templates in device-types is one finding', () => {
  const files = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`device-types/upstream/t${index}.jinja2`, 'a: 1\n']),
  );
  const found = findingsOf(files);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(
    /^error file-unknown device-types\/upstream\/t0.jinja2 .*move the directory device-types\/upstream out/,
  );
});

it('what a misnamed file would define is blocked, not gone', () => {
  const { lab } = loadLab(labOf({ ...smallLab, 'device-dictionaries/b.yaml': dictionary('board', 'w1') }));
  expect([...(lab?.desired.get('main')?.blocked.keys() ?? [])]).toContain('device/b');
});

it.each([
  'device-types/board.yaml',
  'device-types/board.health-check.yaml',
  'device-dictionaries/board-1.jinja2',
])('%s is where it belongs', (path) => {
  expect(findingsOf({ [path]: smallLab[path] ?? '' })).toEqual([]);
});
