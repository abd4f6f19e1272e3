import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { hasEnded, makeLabProcesses, type LabProcesses } from '../support/cli/lab-processes.js';
import { exitCode } from '../support/cli/running-up.js';
import { tickingJob, untilBoardsAreGood } from '../support/jobs/ticking-job.js';

let processes: LabProcesses;
beforeEach(async () => {
  processes = await makeLabProcesses();
});
afterEach(() => processes.destroy());

test('a master that is started alone prints where it listens, and nothing else', async () => {
  const lines = processes.master().stdoutText().trimEnd().split('\n');
  const names = lines.map((line) => line.split(' ')[0]);
  const facts = ['url', 'control', 'logs', 'adminTokenFile', 'reconcilerTokenFile', 'certificateFile'];
  expect(names).toEqual([...facts, 'ready']);
  expect(lines[0]).toMatch(/^url http:\/\/127\.0\.0\.1:\d+$/);
  processes.master().kill('SIGTERM');
  expect(await exitCode(processes.master())).toBe(0);
  expect(processes.master().stdoutText().trimEnd().split('\n')).toEqual(lines);
});

test('master and dispatcher run without the checkout of the lab', async () => {
  const { lab, root, client } = processes;
  const parts = [await processes.startBoards(), await processes.startDispatcher()];
  expect(await processes.run(['apply', '--yes'])).toMatchObject({ code: 0 });
  await untilBoardsAreGood(client);
  const devices = await processes.runAsAdmin(['devices', 'list']);
  rmSync(lab.directory, { recursive: true });

  const file = join(root, 'job.yaml');
  writeFileSync(file, tickingJob(3));
  const job = await processes.runAsAdmin(['jobs', 'submit', file]);
  expect(job.stdout).toMatch(/pass {4}lava\/job\njob \d+ on sim-board-[12]: Complete/);
  expect(job).toMatchObject({ code: 0 });
  expect(await processes.runAsAdmin(['devices', 'list'])).toEqual(devices);
  expect(devices.stdout).toContain('phone-2');
  expect((await processes.runAsAdmin(['workers', 'list'])).stdout).toMatch(/^desk-worker +Active +Online/m);
  expect(parts.map(hasEnded)).toEqual([false, false]);
});
