/**
 * The blocks of README and docs about a stock LAVA master, run as they are printed, one after the other, with bash:
 * only the master's address and token are replaced. The master is a simulated one that has the sample lab.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startSimulatedMaster, type SimulatedMaster } from '../../src/simulator/index.js';
import { testRepositoryAt } from '../support/git/git-repository.js';
import { lavaflow, projectRoot, start, type Outcome, type RunningLavaflow } from '../support/cli/run.js';
import { exitCode } from '../support/cli/running-up.js';
import { makeSampleLab } from '../support/lab/sample-lab.js';
import { until } from '../support/until.js';

/** The fenced block of a page that contains a text. */
function blockOf(page: string, text: string): string {
  const blocks = [...readFileSync(join(projectRoot, page), 'utf8').matchAll(/^```[a-z]*\n(.*?)^```/gms)];
  const found = blocks.map(([, block = '']) => block).find((block) => block.includes(text));
  if (found === undefined) throw new Error(`no block of ${page} has ${text}`);
  return found;
}

describe('what the documentation prints', () => {
  let place: string;
  let master: SimulatedMaster;
  let path: string;

  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), 'lavaflow-documented-'));
    const programs = join(place, 'bin');
    mkdirSync(programs);
    const own = `exec '${process.execPath}' '${join(projectRoot, 'bin/lavaflow')}' "$@"\n`;
    writeFileSync(join(programs, 'lavaflow'), `#!/bin/sh\n${own}`);
    writeFileSync(join(programs, 'npx'), '#!/bin/sh\nexec "$@"\n');
    for (const name of ['lavaflow', 'npx']) chmodSync(join(programs, name), 0o755);
    path = `${programs}:${process.env['PATH'] ?? ''}`;

    master = await startSimulatedMaster({ release: '2023.01' });
    const lab = await makeSampleLab();
    const access = { LAVAFLOW_STOCK_URL: master.url, LAVAFLOW_STOCK_TOKEN: master.token };
    expect(await lavaflow(lab.directory, ['apply', '--yes', '--master', 'stock'], access)).toMatchObject({
      code: 0,
    });
    await lab.remove();
  });
  afterAll(async () => {
    await master.stop();
    rmSync(place, { recursive: true, force: true });
  });

  function begin(block: string, directory = '.'): RunningLavaflow {
    const script = block
      .replaceAll(/https:\/\/lava\.example\.(org|com)/g, master.url)
      .replace('LAVA_TOKEN=...', `LAVA_TOKEN=${master.token}`);
    return start('bash', ['-euc', script], join(place, directory), { PATH: path, LAVA_TOKEN: master.token });
  }
  async function run(block: string, directory?: string): Promise<Outcome> {
    const child = begin(block, directory);
    const code = await exitCode(child);
    return { code, stdout: child.stdoutText(), stderr: child.stderrText() };
  }

  test('README.md: a running master becomes a lab repo', async () => {
    const outcome = await run(blockOf('README.md', 'import --master'));
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout).toContain('Nothing to do');
  });

  test('README.md: plan, apply, drift', async () => {
    const [copying = '', ...others] = blockOf('README.md', 'drift').trimEnd().split('\n').reverse();
    expect(copying).toContain('simulate-master');
    const outcome = await run(others.reverse().join('\n'), 'my-lab');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout).toContain('No drift');
  });

  test('docs/simulated-master.md: a change is rehearsed on a copy', async () => {
    const page = 'docs/simulated-master.md';
    const copy = begin(`exec ${blockOf(page, '--copy-of').replace(/^export .*\n/, '')}`);
    try {
      await until('the copy is ready', () => {
        if (copy.exitCode !== null) throw new Error(copy.stderrText());
        return /^ready$/m.test(copy.stdoutText());
      });
      const names = (text: string): string[] =>
        text
          .trim()
          .split('\n')
          .map((line) => line.split(' ')[0] ?? '');
      const printed = copy.stdoutText();
      expect(names(printed)).toEqual(names(blockOf(page, 'tokenFile')));

      const [copyLab = ''] = blockOf(page, 'cp -r lab rehearsal').split('\n');
      expect(await run(copyLab.replace('cp -r lab', 'cp -r my-lab'))).toMatchObject({ code: 0 });
      const lab = testRepositoryAt(join(place, 'rehearsal'));
      const file = 'lab-config/masters/127.0.0.1.yaml';
      const text = readFileSync(join(lab.directory, file), 'utf8');
      const board = 'device-dictionaries/phone-1.jinja2';
      const dictionary = readFileSync(join(lab.directory, board), 'utf8');
      await lab.commit({
        [file]: text.replace(/^url: .*$/m, 'urlFrom: {env: LAVA_URL}'),
        [board]: dictionary.replace('LF00', 'LF11'),
      });
      const url = /^url (.*)$/m.exec(printed)?.[1] ?? '';
      const block = blockOf(page, 'LAVA_URL=').replace(/LAVA_URL=\S+/, `LAVA_URL=${url}`);
      // The first plan has something to do: exit code 2.
      const outcome = await run(
        block.replace('npx lavaflow plan', 'npx lavaflow plan || test $? = 2'),
        'rehearsal',
      );
      expect(outcome).toMatchObject({ code: 0 });
      expect(outcome.stdout).toMatch(
        /1 to update[^]*done update device\/phone-1[^]*Nothing to do[^]*"writes":\[\{/,
      );
    } finally {
      copy.kill('SIGINT');
      expect(await exitCode(copy)).toBe(0);
    }
  });
});
