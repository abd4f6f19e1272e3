/** A job whose start fails for a moment, such as without file descriptors, is not forgotten. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Job, type JobContext } from '../../src/dispatcher/job.js';
import { noIsolation } from '../../src/dispatcher/isolation/isolation.js';
import { standInExecutor } from '../support/jobs/stand-in-executor.js';
import { until } from '../support/until.js';

let directory: string;
let sent: string[];
let errors: number;
let job: Job;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lf-'));
  sent = [];
  errors = 0;
  await writeFile(join(directory, 'executor.mjs'), standInExecutor);
  const context: JobContext = {
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
  const files = { definition: '{}', device: '{}', dispatcher: '', env: '', envDut: '' };
  job = await Job.prepare({ action: 'START', jobId: 1, ...files }, 'cookie', context);
});
afterEach(async () => {
  await job.leave();
  await rm(directory, { recursive: true });
});

function fileOfJob(name: string): string {
  return join(directory, 'jobs/1', name);
}

async function untilEnded(): Promise<void> {
  await until('END is sent', () => {
    job.poll(Date.now());
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
