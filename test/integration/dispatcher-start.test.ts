/** A job whose start fails for a moment, such as without file descriptors, or is interrupted by a stop, is not forgotten. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Job, type JobContext } from '../../src/dispatcher/job.js';
import { JobTable } from '../../src/dispatcher/job-table.js';
import { noIsolation } from '../../src/dispatcher/isolation/isolation.js';
import { standInExecutor } from '../support/jobs/stand-in-executor.js';
import { until } from '../support/until.js';

let directory: string;
let sent: string[];
let errors: number;
let job: Job;
let context: JobContext;

const files = { definition: '{}', device: '{}', dispatcher: '', env: '', envDut: '' };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lf-'));
  sent = [];
  errors = 0;
  await writeFile(join(directory, 'executor.mjs'), standInExecutor);
  context = {
    jobsDirectory: join(directory, 'jobs'),
    executorCommand: [process.execPath, join(directory, 'executor.mjs')],
    isolationOf: () => noIsolation,
    path: [],
    env: {},
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: () => {
        errors += 1;
      },
    },
    termAgainAfterMs: 1000,
    killAfterMs: 1000,
    graceMs: 1000,
    powerOffMs: 1000,
    repeatMs: 0,
    sendControl: ({ action }) => sent.push(action),
    sendLine: () => Promise.resolve(true),
    acknowledgesLogs: () => false,
  };
  await mkdir(context.jobsDirectory);
  job = await Job.prepare({ action: 'START', jobId: 1, ...files }, 'cookie', context);
});
afterEach(async () => {
  await job.leave();
  await rm(directory, { recursive: true });
});

function fileOfJob(name: string): string {
  return join(directory, 'jobs/1', name);
}

async function untilEnded(one = job): Promise<void> {
  await until('END is sent', () => {
    one.poll(Date.now());
    return sent.includes('END');
  });
}

it('runs as soon as what its start needs can be read', async () => {
  await rename(fileOfJob('env.yaml'), fileOfJob('away'));
  await mkdir(fileOfJob('env.yaml'));
  await job.run();
  expect(errors).toBe(1);
  await rm(fileOfJob('env.yaml'), { recursive: true });
  await rename(fileOfJob('away'), fileOfJob('env.yaml'));
  await untilEnded();
  expect(existsSync(fileOfJob('result.yaml'))).toBe(true);
});

it('ends if it cannot be started, and its end failed at first', async () => {
  // Neither the process nor the end of the job can be recorded.
  await mkdir(fileOfJob('stdout'));
  await mkdir(fileOfJob('output.yaml'));
  await job.run();
  expect(errors).toBeGreaterThan(0);
  await rm(fileOfJob('output.yaml'), { recursive: true });
  await untilEnded();
});

it('is known to a dispatcher that stops while it prepares the job', async () => {
  const table = new JobTable(context);
  const handled = table.handle({ action: 'START', jobId: 2, ...files });
  await table.close();
  const [started, ...others] = table.all;
  expect(started?.id).toBe(2);
  expect(others).toEqual([]);
  await handled;
  await table.handle({ action: 'START', jobId: 3, ...files });
  expect(table.all).toEqual([started]);
  await untilEnded(started);
  await started?.leave();
});
