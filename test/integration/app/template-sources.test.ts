/** A source of templates that cannot be used is a finding at its line in lab.yaml, next to all others. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';

import { readLab } from '../../../src/app/lab/index.js';
import { validateLab } from '../../../src/app/validate/index.js';
import { placeOf } from '../../../src/app/state/index.js';
import { makeTestRepository } from '../../support/git/git-repository.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

let lab: string;
beforeEach(() => {
  lab = mkdtempSync(join(tmpdir(), 'lavaflow-sources-'));
  for (const [path, text] of Object.entries(smallLab)) write(path, text);
  // Its template may be in the source, so it is not reported as missing.
  write('device-dictionaries/other-1.jinja2', dictionary('other', 'w1'));
  write('workers/w2/env.yaml', 'overrides:\n');
});
afterEach(() => {
  rmSync(lab, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(lab, path)), { recursive: true });
  writeFileSync(join(lab, path), text);
}

/** The findings of the lab with this source, as `code file:line hint`; nothing of such a lab is applied. */
async function findingsWith(source: string): Promise<string[]> {
  appendFileSync(join(lab, 'lab-config/lab.yaml'), `deviceTypeSources:\n  - ${source}\n`);
  const { findings, lab: model } = await readLab(lab, null, placeOf(lab).state);
  expect(model).toBe(null);
  return findings.map(({ code, place, hint }) => `${code} ${place.file}:${place.line ?? 0} ${hint ?? ''}`);
}

const other = expect.stringMatching(/^yaml-wrong-type workers\/w2\/env.yaml:1 /) as string;

it('a directory that does not exist', async () => {
  expect(await findingsWith('directory: upstream')).toEqual([
    'template-source-unusable lab-config/lab.yaml:4 Correct the path. It is absolute, or relative to the lab.',
    other,
  ]);
});

it('a directory whose templates are one level below', async () => {
  write('upstream/device-types/other.jinja2', 'a: 1\n');
  expect(await findingsWith('directory: upstream')).toEqual([
    'template-source-unusable lab-config/lab.yaml:4 Write `directory: upstream/device-types`: templates in subdirectories are not found.',
    other,
  ]);
});

it('an empty directory, and a file', async () => {
  mkdirSync(join(lab, 'upstream'));
  write('file', '');
  expect(await findingsWith('directory: upstream\n  - directory: file')).toEqual([
    'template-source-unusable lab-config/lab.yaml:4 Correct the path. It is absolute, or relative to the lab.',
    'template-source-unusable lab-config/lab.yaml:5 Correct the path. It is absolute, or relative to the lab.',
    other,
  ]);
});

it('a commit, a path and a repository that do not exist', async () => {
  const upstream = await makeTestRepository();
  onTestFinished(() => upstream.remove());
  const commit = await upstream.commit({ 'types/other.jinja2': 'a: 1\n' }, 'Types');
  const git = `file://${upstream.directory}`;
  const found = await findingsWith(
    [
      `{git: "${git}", commit: "${'0'.repeat(40)}", path: types}`,
      `{git: "${git}", commit: "${commit}", path: typos}`,
      `{git: "${git}", commit: "${commit}"}`,
      `{git: "${git}-gone", commit: "${commit}"}`,
    ].join('\n  - '),
  );
  expect(found.map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual([
    'template-source-unusable lab-config/lab.yaml:4',
    'template-source-unusable lab-config/lab.yaml:5',
    'template-source-unusable lab-config/lab.yaml:6',
    'template-source-unusable lab-config/lab.yaml:7',
    'yaml-wrong-type workers/w2/env.yaml:1',
  ]);
});

/** Neither needs the network: nothing listens at port 1 of this machine. */
const unreachable = `{git: "https://127.0.0.1:1/x.git", commit: "${'0'.repeat(40)}"}`;

it('a host that cannot be reached, which only validate reports: other commands try again later', async () => {
  appendFileSync(join(lab, 'lab-config/lab.yaml'), `deviceTypeSources:\n  - ${unreachable}\n`);
  const findings = await validateLab({ lab });
  expect(
    findings.map(({ code, severity, place }) => `${severity} ${code} ${place.file}:${place.line ?? 0}`),
  ).toEqual([
    'error template-source-unusable lab-config/lab.yaml:4',
    'error yaml-wrong-type workers/w2/env.yaml:1',
  ]);
  expect(findings[0]?.hint).toBe('Correct the address, or try again later.');
  await expect(readLab(lab, null, placeOf(lab).state)).rejects.toMatchObject({ retry: 'soon' });
});

it('a URL with credentials, to which nothing connects', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const found = await findingsWith(
    `{git: "https://user:word@127.0.0.1:${port}/x.git", commit: "${'0'.repeat(40)}"}`,
  );
  expect(found).toEqual([expect.stringMatching(/^url-with-credentials lab-config\/lab.yaml:4 /), other]);
  expect(connections).toBe(0);
});
