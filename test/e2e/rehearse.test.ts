import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startSimulatedMaster } from '../../src/simulator/index.js';
import { type TestRepository, testRepositoryAt } from '../support/git/git-repository.js';
import { requireOrSkip } from '../support/real-parts.js';
import {
  lavaflow,
  type Outcome,
  projectRoot,
  type RunningLavaflow,
  startLavaflow,
} from '../support/cli/run.js';
import { makeSampleLab } from '../support/lab/sample-lab.js';
import { startStockLava } from '../support/stock-lava/start.js';

/** A master that has the lab, on which no change is tried. */
interface Source {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

type Facts = Readonly<Record<'url' | 'release' | 'tokenFile', string>>;

/** The facts that a part prints once it is ready. */
async function readyFacts(part: RunningLavaflow): Promise<Facts> {
  await expect.poll(() => `${part.stdoutText()}${part.exitCode ?? ''}`).toMatch(/^ready$/m);
  const fact = (name: string): string => new RegExp(`^${name} (.*)$`, 'm').exec(part.stdoutText())?.[1] ?? '';
  return { url: fact('url'), release: fact('release'), tokenFile: fact('tokenFile') };
}

async function ended(part: RunningLavaflow, signal: NodeJS.Signals): Promise<void> {
  const end = new Promise((resolve) => part.once('close', resolve));
  part.kill(signal);
  await end;
}

describe.skipIf(requireOrSkip('stock-lava') !== null)('on a stock LAVA', () => {
  rehearsal('2023.01', startStockLava);
});
describe('on a simulated LAVA', () => {
  rehearsal('2023.05', () => startSimulatedMaster({ release: '2023.05' }));
});

function rehearsal(release: string, startSource: () => Promise<Source>): void {
  describe(`a change is rehearsed on a copy of ${release}`, () => {
    let source: Source;
    let lab: TestRepository;
    let place: string;
    let rehearsal: string;
    let copy: RunningLavaflow | undefined;
    let facts: Facts;

    const run = (directory: string, master: { url: string; token: string }, args: readonly string[]) =>
      lavaflow(directory, [...args, '--master', 'stock'], {
        LAVAFLOW_STOCK_URL: master.url,
        LAVAFLOW_STOCK_TOKEN: master.token,
      });
    const onSource = (...args: string[]): Promise<Outcome> => run(lab.directory, source, args);
    const onCopy = (...args: string[]): Promise<Outcome> =>
      run(rehearsal, { url: facts.url, token: readFileSync(facts.tokenFile, 'utf8').trim() }, args);
    const simulate = (...args: string[]): RunningLavaflow =>
      startLavaflow(place, ['simulate-master', '--state', 'copy.json', ...args], {
        LAVA_TOKEN: source.token,
      });

    beforeAll(async () => {
      source = await startSource();
      lab = await makeSampleLab();
      place = mkdtempSync(join(tmpdir(), 'lavaflow-rehearsal-'));
      rehearsal = join(place, 'lab');
      expect(await onSource('apply', '--yes')).toMatchObject({ code: 0 });
      cpSync(lab.directory, rehearsal, { recursive: true });
    });
    afterAll(async () => {
      if (copy?.exitCode === null) await ended(copy, 'SIGTERM');
      await source.stop();
      await lab.remove();
      rmSync(place, { recursive: true, force: true });
    });

    test('the copy shows what the master shows', async () => {
      copy = simulate('--copy-of', source.url);
      facts = await readyFacts(copy);
      expect(facts.release).toBe(release);
      expect(copy.stderrText()).toBe('');
      expect(statSync(facts.tokenFile).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(place, 'copy.json'), 'utf8')).not.toContain(source.token);
      const plan = await onCopy('plan');
      expect(plan.stdout).toContain('Nothing to do');
      expect(plan.code).toBe(0);
    });

    test('a change is planned there as it is on the master', async () => {
      for (const directory of [lab.directory, rehearsal]) {
        appendFileSync(join(directory, 'device-dictionaries', 'phone-1.jinja2'), '{# edited #}\n');
      }
      const [there, here] = [
        await onSource('plan', '--format', 'json'),
        await onCopy('plan', '--format', 'json'),
      ];
      expect(there.code).toBe(2);
      expect(here.code).toBe(2);
      expect(changesIn(here)).toEqual(changesIn(there));
      expect(changesIn(here)).toMatchObject([{ key: 'device/phone-1', verb: 'update' }]);
    });

    test('nothing is applied when the question is interrupted', async () => {
      await testRepositoryAt(rehearsal).commit({}, 'Edit');
      const own = join(projectRoot, 'bin', 'lavaflow');
      const child = spawn('script', ['-qec', `'${own}' apply --master stock`, '/dev/null'], {
        cwd: rehearsal,
        env: {
          ...process.env,
          LAVAFLOW_STOCK_URL: facts.url,
          LAVAFLOW_STOCK_TOKEN: readFileSync(facts.tokenFile, 'utf8').trim(),
        },
      });
      let said = '';
      child.stdout.on('data', (text: Buffer) => (said += text.toString()));
      const end = new Promise((resolve) => child.once('close', resolve));
      await expect.poll(() => said).toContain('Type "yes" to apply it');
      child.stdin.write('\u0003');
      expect(await end).toBe(1);
      expect(said).toMatch(/error: nothing was applied\s*$/);
    });

    test('and applied there, while the master stays as it is', async () => {
      expect(await onCopy('apply', '--yes')).toMatchObject({ code: 0 });
      expect((await onCopy('plan')).stdout).toContain('Nothing to do');
      expect((await onSource('plan')).code).toBe(2);
    });

    test('what was applied survives a kill of the copy', async () => {
      if (copy !== undefined) await ended(copy, 'SIGKILL');
      const again = await lavaflow(place, [
        'simulate-master',
        '--state',
        'copy.json',
        '--copy-of',
        source.url,
      ]);
      expect(again.code).toBe(1);
      expect(again.stderr).toContain('copy.json already exists');
      copy = simulate();
      facts = await readyFacts(copy);
      expect((await onCopy('plan')).stdout).toContain('Nothing to do');
    });
  });
}

/** What a plan would do, without what it only reports. */
function changesIn(plan: Outcome): unknown[] {
  const { changes } = JSON.parse(plan.stdout) as { changes: { verb: string }[] };
  return changes.filter(({ verb }) => verb !== 'report' && verb !== 'keep');
}
