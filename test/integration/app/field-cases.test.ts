/**
 * Small labs made after public bug reports, questions and lab files, with what `validate` reports about them. Those with
 * `deviceTypeSources` use the templates of Debian's lava-server.
 */
import { appendFileSync, cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { validateLab } from '../../../src/app/validate/index.js';
import type { Finding } from '../../../src/diagnostics/index.js';
import { requireOrSkip } from '../../support/real-parts.js';

const shipped = '/usr/share/lava-server/device-types';
const fixtures = join(import.meta.dirname, '../../fixtures/labs');

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lavaflow-field-'));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** A copy of a fixture, so that nothing is written next to it. */
function copyOf(name: string): string {
  const directory = join(root, name);
  cpSync(join(fixtures, name), directory, { recursive: true });
  return directory;
}

/** `severity code file:line:column` */
function brief({ severity, code, place: { file, line, column } }: Finding): string {
  return `${severity} ${code} ${[file, line, column].filter((part) => part !== undefined).join(':')}`;
}

describe.skipIf(requireOrSkip('lava-schemas'))('with the templates of LAVA', () => {
  it('01: no comma in sync_to_lava, as in a sample of LAVA', async () => {
    const findings = await validateLab({ lab: copyOf('01-sync-sample-comma') });
    expect(findings.map((one) => `${brief(one)} ${one.hint ?? ''}`)).toEqual([
      'error template-syntax device-dictionaries/qemu-01.jinja2:6:25 Write a comma after "worker-01" on line 6.',
    ]);
  });

  it('13: no comma in lists', async () => {
    const findings = await validateLab({ lab: copyOf('13-missing-comma-in-list') });
    expect(findings.map(brief)).toEqual([
      'error comma-missing device-dictionaries/b1.jinja2:5:17',
      'warning comma-missing device-dictionaries/b1.jinja2:9:42',
    ]);
    expect(findings[1]?.message).toContain('"plug 2 offsleep 5"');
  });

  it('05: a full copy of them in device-types', async () => {
    const lab = copyOf('05-all-types-copied');
    cpSync(shipped, join(lab, 'device-types'), { recursive: true });
    const findings = await validateLab({ lab });
    expect(findings.map(brief)).toEqual([
      'error template-shadows-shipped device-types/aaeon-UPN-EHLX4RE-A10-0864.jinja2',
    ]);
    expect(findings[0]).toMatchObject({
      message: expect.stringMatching(/^\d\d\d templates in device-types/) as string,
      hint: expect.stringMatching(/deviceTypeSources: \[\{directory: upstream\}\]/) as string,
    });
    renameSync(join(lab, 'device-types'), join(lab, 'upstream'));
    appendFileSync(join(lab, 'lab-config/lab.yaml'), 'deviceTypeSources: [{directory: upstream}]\n');
    expect((await validateLab({ lab })).map(brief)).toEqual([]);
  });

  it('07: dictionaries that extend a base template, and types without a file', async () => {
    const findings = await validateLab({ lab: copyOf('07-riscv-type-notes') });
    const unknown = findings.filter(({ code }) => code === 'device-type-unknown');
    expect(unknown.map(({ place, hint }) => [place.file, hint])).toEqual([
      ['device-dictionaries/bpi-f3.jinja2', 'Write `device-types/bpi-f3.yaml` with `kind: DeviceType`.'],
      ['device-dictionaries/vf2-1.jinja2', 'Write `device-types/vf2.yaml` with `kind: DeviceType`.'],
    ]);
    expect(findings.map(brief)).toContain('error health-check-conflict device-types/vf2.health-check.yaml');
  });
});

it('09: files of workers', async () => {
  const findings = await validateLab({ lab: copyOf('09-worker-env') });
  expect(findings.map((finding) => `${brief(finding)} ${finding.hint ?? ''}`)).toEqual([
    expect.stringMatching(/^error yaml-wrong-value workers\/d-kiss-bad\/dispatcher.yaml:1:25 .*%s/),
    expect.stringMatching(/^error yaml-wrong-type workers\/d-kiss-bad\/dispatcher.yaml:3:5 Write \[source/),
    'error yaml-unknown-key workers/d-kiss-bad/dispatcher.yaml:5:1 Remove it: nothing reads it.',
    'error yaml-not-a-mapping workers/d-oneline/dispatcher.yaml:1:1 Put a blank after each colon.',
    'error yaml-wrong-type workers/w-allcomment/env.yaml:3:9 Write `removes: []`, or comment out the key as well.',
    'error yaml-wrong-type workers/w-allcomment/env.yaml:6:11 Write `overrides: {}`, or comment out the key as well.',
    'error yaml-duplicate-key workers/w-dup/env.yaml:3:1 Keep one of them.',
    'error yaml-unknown-key workers/w-flat/env.yaml:1:1 Write variables and their values below `overrides:`.',
    expect.stringMatching(/^error yaml-wrong-type workers\/w-list\/env.yaml:2:3/),
    'error yaml-wrong-type workers/w-numbers/env.yaml:4:22 Put it in quotes.',
    'error yaml-wrong-type workers/w-numbers/env.yaml:5:21 Put it in quotes.',
    'error yaml-wrong-type workers/w-numbers/env.yaml:6:12 Put it in quotes.',
    'error yaml-wrong-type workers/w-numbers/env.yaml:7:9 Write `EMPTY: ""`, or comment out the key as well.',
    expect.stringMatching(/^error yaml-syntax workers\/w-tab\/env.yaml:2:1/),
  ]);
});
