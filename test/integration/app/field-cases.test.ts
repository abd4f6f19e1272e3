/**
 * Small labs made after public bug reports, questions and lab files, with what `validate` reports about them. Those with
 * `deviceTypeSources` use the templates of Debian's lava-server.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { validateLab } from '../../../src/app/validate/index.js';
import type { Finding } from '../../../src/diagnostics/index.js';

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
