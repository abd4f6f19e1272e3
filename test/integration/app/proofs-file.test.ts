import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { lavaflow } from '../../support/cli/run.js';

let parent: string;
let lab: string;
let proofs: string;
beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'lavaflow-proofs-'));
  lab = join(parent, 'lab');
  proofs = join(lab, '.lavaflow/cache/proofs.json');
  await lavaflow(parent, ['init', 'lab']);
  execFileSync('mkdir', ['-p', join(lab, '.lavaflow/cache')]);
});
afterAll(() => {
  rmSync(parent, { recursive: true, force: true });
});

it.each<[string, () => void]>([
  [
    'null',
    () => {
      writeFileSync(proofs, 'null');
    },
  ],
  [
    'not JSON',
    () => {
      writeFileSync(proofs, '{');
    },
  ],
  [
    'values of wrong types',
    () => {
      writeFileSync(proofs, '{"build":1,"parsed":[],"rendered":null}');
    },
  ],
  // JavaScript cannot create a string from these.
  [
    'a file of 1 GiB',
    () => {
      writeFileSync(proofs, '');
      truncateSync(proofs, 1024 ** 3);
    },
  ],
  ['a named pipe', () => execFileSync('mkfifo', [proofs])],
])('checks everything if the stored proofs are %s', async (_what, store) => {
  rmSync(proofs, { force: true });
  store();
  expect(await lavaflow(lab, ['validate'])).toMatchObject({ code: 0, stderr: 'no findings\n' });
  // They are replaced by proofs that are valid.
  expect(JSON.parse(readFileSync(proofs, 'utf8'))).toMatchObject({ parsed: {}, rendered: {} });
});
