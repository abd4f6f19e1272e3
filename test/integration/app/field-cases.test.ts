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

  it('10: health checks', async () => {
    const findings = await validateLab({ lab: copyOf('10-health-checks') });
    expect(findings.map((finding) => `${brief(finding)} ${finding.hint ?? ''}`)).toEqual([
      'error file-unknown device-types/bcm2837-rpi-3-b.health-check.yml Rename it to device-types/bcm2837-rpi-3-b.health-check.yaml.',
      'error yaml-syntax device-types/beaglebone-black.health-check.yaml:9:1 Keep one document, and remove the line `---` between them.',
      'error yaml-wrong-value device-types/cubietruck.health-check.yaml:3:5 Write a health check for one device.',
      'error yaml-duplicate-key device-types/imx6q-sabrelite.health-check.yaml:3:1 Keep one of them.',
      'error yaml-duplicate-key device-types/imx6q-sabrelite.health-check.yaml:9:1 Keep one of them.',
      'error yaml-syntax device-types/juno.health-check.yaml:2:12 Remove the Jinja2, or put the value in quotes: only dictionaries and templates (`.jinja2`) are rendered.',
      'error yaml-wrong-value device-types/panda.health-check.yaml:2:11 ',
      'error yaml-wrong-value device-types/panda.health-check.yaml:7:11 Shorten it, or set a longer timeouts.job.',
      'error yaml-wrong-value device-types/panda.health-check.yaml:9:3 Did you mean "arch"?',
      "error yaml-wrong-value device-types/panda.health-check.yaml:11:10 Use it only with LAVA 2023.06 or later: lavaflow's own master follows 2023.01.",
      'error yaml-wrong-value device-types/panda.health-check.yaml:14:9 ',
      'warning yaml-unknown-key device-types/panda.health-check.yaml:14:26 Did you mean "prompts"?',
      'warning health-check-tag-unknown device-types/x86.health-check.yaml:2:8 Remove the tag: LAVA runs a health check on every device of the type, whatever its tags.',
    ]);
  });

  it('18: aliases that two types have, or that are types', async () => {
    const findings = await validateLab({ lab: copyOf('18-aliases') });
    expect(findings.map(brief)).toEqual([
      'error name-duplicate device-dictionaries/ls-1.jinja2:2:88',
      'error name-duplicate device-dictionaries/q-1.jinja2:2:82',
      'error name-duplicate device-dictionaries/q-1.jinja2:2:96',
      'error name-duplicate device-dictionaries/x15-1.jinja2:2:102',
    ]);
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
    expect.stringMatching(/^error secret-in-worker-file workers\/w-proxy\/env.yaml:6:3/),
    'error yaml-syntax workers/w-tab/env.yaml:2:1 Indent with spaces: YAML does not allow tabs.',
  ]);
});
