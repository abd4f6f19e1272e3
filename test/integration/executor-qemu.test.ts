import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExecutorBench, qemuDevice, summarize } from '../support/jobs/executor.js';
import { makeImages } from '../support/jobs/qemu-images.js';
import { requireOrSkip } from '../support/real-parts.js';
import { until } from '../support/until.js';

const example = (name: string) => readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');

describe.skipIf(requireOrSkip('qemu'))('a job in QEMU', () => {
  let bench: ExecutorBench;
  beforeAll(async () => {
    makeImages();
    bench = await ExecutorBench.create();
  });
  afterAll(() => {
    bench.remove();
  });

  it('boots the deployed images and runs an interactive test', async () => {
    const job = await bench.run(example('qemu-amd64.yaml'), qemuDevice());
    expect(summarize(job.results)).toEqual([
      'lava validate pass',
      'lava file-download pass',
      'lava file-download pass',
      'lava execute-qemu pass',
      'lava kernel-messages pass',
      'lava login-action pass',
      '0_smoke uname pass',
      '0_smoke memory pass',
      '0_smoke no-such-file pass',
      'lava 0_smoke pass',
      'lava job pass',
    ]);
    expect(job.code).toBe(0);
  });

  it('runs test definitions as scripts', async () => {
    const job = await bench.run(example('qemu-amd64-definitions.yaml'), qemuDevice());
    expect(summarize(job.results).slice(6)).toEqual([
      '0_smoke flavour pass',
      '0_smoke number-1 pass numbers 1.0 things',
      '0_smoke number-2 pass numbers 2.0 things',
      '0_smoke number-3 pass numbers 3.0 things',
      '0_smoke listing pass',
      '0_smoke broken fail',
      'lava 0_smoke pass',
      '1_aborts before pass',
      'lava 1_aborts fail',
      'lava job pass',
    ]);
  });

  it('detects a kernel panic', async () => {
    const job = await bench.run(
      example('qemu-amd64.yaml').replace('panic=-1', 'rdinit=/none root=/dev/none'),
      qemuDevice(),
    );
    expect(summarize(job.results)).toContain('lava kernel-messages fail');
    expect(job.result).toMatchObject({ error_type: 'Job' });
  });

  it('ends QEMU when the job is canceled', async () => {
    const job = bench.start(example('qemu-amd64.yaml'), qemuDevice());
    await until('the kernel runs', () => job.output().includes('Linux version'));
    job.process.kill('SIGTERM');
    const { result } = await job.finished;
    expect(result).toMatchObject({ error_type: 'Canceled' });
  });
});
