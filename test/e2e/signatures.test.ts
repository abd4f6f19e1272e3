/** A lab that requires signatures, through the commands: what is not signed reaches no master. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ControllerStatus } from '../../src/controller/index.js';
import { lavaflow, startLavaflow } from '../support/cli/run.js';
import { isolatedGit, testRepositoryAt, type TestRepository } from '../support/git/git-repository.js';
import { makeSshSigner, type TestSigner } from '../support/git/signing.js';
import { requireOrSkip } from '../support/real-parts.js';
import { startSimulatedTarget, type SimulatedTarget } from '../support/targets/simulated-target.js';
import { until } from '../support/until.js';

describe.skipIf(requireOrSkip('openssh'))('a lab that requires signatures', () => {
  let root: string;
  let lab: TestRepository;
  let master: SimulatedTarget;
  let anna: TestSigner;
  let eve: TestSigner;

  beforeAll(async () => {
    Object.assign(process.env, isolatedGit);
    master = await startSimulatedTarget('2023.01');
    root = mkdtempSync(path.join(tmpdir(), 'lavaflow-signed-'));
    [anna, eve] = [makeSshSigner(root, 'anna'), makeSshSigner(root, 'eve')];
    lab = testRepositoryAt(path.join(root, 'lab'));
    await testRepositoryAt(root).git('init', '--quiet', '--initial-branch=main', 'lab');
  });
  afterAll(async () => {
    await master.stop();
    rmSync(root, { recursive: true });
  });

  const environment = () => ({ LAVA_TOKEN: master.token });
  const run = (...args: string[]) => lavaflow(lab.directory, args, environment());
  const description = () => master.master.state.workers.get('rack-1')?.description;

  /** @param signer null: the commit is not signed */
  async function describeWorker(text: string, signer: TestSigner | null, policy = ', signatures: required') {
    await lab.write({
      '.gitignore': '.lavaflow/\n',
      'lab-config/lab.yaml': `kind: Lab\nname: signed\npolicy: {mode: enforce, maxUpdateShare: 1${policy}}\n`,
      'lab-config/allowed-signers': `anna@example.org ${anna.publicKey}\n`,
      'lab-config/masters/main.yaml': `kind: Master\nurl: ${master.url}\ntokenFrom: {env: LAVA_TOKEN}\nsites: [here]\n`,
      'lab-config/sites/here.yaml': 'kind: Site\nowners: []\ntimeZone: Europe/Berlin\n',
      'workers/rack-1/worker.yaml': `kind: Worker\nsite: here\ndescription: ${text}\n`,
    });
    await lab.git('add', '--all');
    const sign = signer === null ? [] : ['-S'];
    await lab.git(...(signer?.options ?? []), 'commit', '--quiet', '--allow-empty', ...sign, '-m', text);
  }

  it('gets its first revision by the list of that revision, and reports that', async () => {
    await describeWorker('one', null);
    expect(await run('apply', '--yes')).toMatchObject({ code: 4 });
    await describeWorker('one', anna);
    const applied = await run('apply', '--yes');
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stderr).toMatch(/^warning: signatures: no revision in force requires them/);
    expect(description()).toBe('one');
  });

  it('refuses what drops the requirement without a signature, from every command', async () => {
    await describeWorker('two', eve, '');
    const why = /revision \S+ is not accepted: its key SHA256:\S+ is not allowed\. The signers are those of/;
    const file = path.join(root, 'plan.json');
    const plan = await run('plan', '--rev', 'HEAD', '--out', file);
    expect(plan.stdout).toMatch(/note: apply would refuse this plan: revision/);
    for (const args of [['--yes'], ['--yes', '--force', 'x'], [file, '--yes']]) {
      const applied = await run('apply', ...args);
      expect(applied).toMatchObject({ code: 4 });
      expect(applied.stdout).toMatch(why);
    }
    expect(description()).toBe('one');
  });

  it('is left alone by a controller with one incident, until a signer signs', async () => {
    const controller = startLavaflow(
      lab.directory,
      ['controller', '--listen', '127.0.0.1:0', '--schedule', '*/15 * * * * *'],
      environment(),
    );
    try {
      await until('it listens', () => /^ready$/m.test(controller.stdoutText()));
      const url = /^status (\S+)$/m.exec(controller.stdoutText())?.[1] ?? '';
      const status = async () => (await (await fetch(`${url}/status.json`)).json()) as ControllerStatus;
      const main = async () => (await status()).masters['main'];
      await until('it is refused', async () => (await main())?.state === 'refused');
      const report = (await status()) as ControllerStatus & { incidents: readonly { key: string }[] };
      expect(report.masters['main']?.problems.join()).toMatch(/is not accepted.*docs\/signatures\.md/);
      expect(report.incidents.map(({ key }) => key)).toEqual(['revision-untrusted']);
      expect(description()).toBe('one');
      await describeWorker('three', anna);
      await until('it is applied', async () => (await main())?.state === 'idle' && description() === 'three');
    } finally {
      const closed = once(controller, 'close');
      controller.kill('SIGTERM');
      await closed;
    }
  });

  it('can go back if a person says so', async () => {
    expect(await run('apply', '--yes', '--rev', 'HEAD~1')).toMatchObject({ code: 4 });
    const back = await run('apply', '--yes', '--rev', 'HEAD~2', '--signers-from', 'HEAD~2');
    expect(back).toMatchObject({ code: 0 });
    expect(description()).toBe('one');
  });
});
