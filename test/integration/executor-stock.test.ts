import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlBoard, serveBoard, type ServedBoard } from '../../src/board/index.js';
import { explainFailure } from '../../src/lava/jobs/failure.js';
import type { JobSummary } from '../../src/lava/jobs/values.js';
import { boardJob, interactive, minimal, oneCommand, uBoot } from '../support/jobs/board-jobs.js';
import {
  boardDevice,
  ExecutorBench,
  qemuDevice,
  readLog,
  summarize,
  type FinishedJob,
} from '../support/jobs/executor.js';
import { makeImages } from '../support/jobs/qemu-images.js';
import { requireOrSkip } from '../support/real-parts.js';

/** Runs the same jobs with LAVA's own dispatcher (2023.01) and with ours. Both must produce the same results in the same order. */
describe.skipIf(requireOrSkip('stock-lava', 'qemu'))('results as lava-run reports them', () => {
  let bench: ExecutorBench;
  let board: ServedBoard;
  const control = (...words: string[]) => controlBoard('b2', bench.boards, words);

  beforeAll(async () => {
    makeImages();
    bench = await ExecutorBench.create();
    board = await serveBoard({ name: 'b2', dir: bench.boards });
  });
  afterAll(async () => {
    await board.stop();
    bench.remove();
  });

  async function runStock(job: string, device: object): Promise<ReturnType<typeof readLog>> {
    const directory = mkdtempSync(join(bench.directory, 'stock-'));
    writeFileSync(join(directory, 'job.yaml'), job);
    writeFileSync(join(directory, 'device.yaml'), JSON.stringify(device));
    const id = `lavaflow${process.pid}`;
    const child = spawn(
      '/usr/bin/lava-run',
      [
        '--job-id',
        id,
        '--output-dir',
        directory,
        '--device',
        join(directory, 'device.yaml'),
        join(directory, 'job.yaml'),
      ],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        // LAVA requires Debian's python3, not another one earlier on PATH.
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: directory, LANG: 'C.UTF-8' },
      },
    );
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
    await new Promise((resolve) => child.once('close', resolve));
    return readLog(log);
  }

  const example = readFileSync(new URL('../../examples/qemu-amd64.yaml', import.meta.url), 'utf8');
  const limited = (seconds: number) =>
    uBoot.replace('method: u-boot', `method: u-boot\n    timeout: {seconds: ${seconds}}`);
  const image = 'url: "file:///var/tmp/lavaflow/images/amd64/initramfs.cpio.gz"';
  const deploy = (more: string) => `- deploy: {to: tmpfs, images: {initrd: {${image}, ${more}}}}\n`;

  it.each<[string, string, string[]]>([
    ['an interactive test', boardJob(uBoot, interactive), []],
    ['a minimal boot', boardJob(minimal, oneCommand('pwd')), []],
    [
      'commands of the device',
      boardJob('- command: {name: hard_reset}\n', uBoot, '- command: {name: hello}\n'),
      [],
    ],
    [
      'a monitor',
      boardJob(`- boot: {method: minimal}
- test:
    monitors:
    - {name: Boot, start: Linux version, end: "board login:", pattern: '(?P<test_case_id>Memory): (?P<measurement>[0-9]+)(?P<units>K)'}
`),
      [],
    ],
    [
      'a retry',
      boardJob(
        uBoot,
        oneCommand('false', 'failure_retry: 2').replace('name: only', 'failures: [{message: "false"}]'),
      ),
      [],
    ],
    ['a repeat', boardJob(uBoot, oneCommand('true', 'repeat: 2')), []],
    ['a test that takes too long', boardJob(uBoot, oneCommand('sleep 60', 'timeout: {seconds: 4}')), []],
    [
      'a test that may be skipped',
      boardJob(
        uBoot,
        oneCommand('sleep 60', 'timeout: {seconds: 4, skip: true}'),
        '- command: {name: hello}\n',
      ),
      [],
    ],
    [
      'a bootloader that complains',
      boardJob(uBoot.replace('setenv bootargs console=ttyS0', 'echo File not found')),
      [],
    ],
    ['a panic', boardJob(limited(10)), ['fault', 'panic']],
    ['a boot that hangs', boardJob(limited(5)), ['fault', 'hang']],
    ['a wrong login', boardJob(uBoot.replace('username: root', 'username: bob')), []],
    ['a wrong checksum', boardJob(deploy(`sha256sum: "${'0'.repeat(64)}"`)), []],
    ['an image that is not xz', boardJob(deploy('compression: xz')), []],
    ['an image that does not exist', boardJob(deploy('image_arg: x').replace('initramfs', 'absent')), []],
  ])('%s', async (_, job, fault) => {
    const device = boardDevice(bench.boardCommands('b2'));
    const prepare = async () => {
      await control('fault', 'clear');
      await control('power', 'off');
      if (fault.length > 0) await control(...fault);
    };
    await prepare();
    const ours = await bench.run(job, device);
    await prepare();
    const theirs = await runStock(job, device);
    expect(summarize(ours.results)).toEqual(summarize(theirs.results));
    expect(explain(ours)).toEqual(explain(theirs));
  });

  it('the QEMU example', async () => {
    const ours = summarize((await bench.run(example, qemuDevice())).results);
    expect(ours).toEqual(summarize((await runStock(example, qemuDevice())).results));
  });
});

/** What 'jobs show' prints about a failure, without the parts that differ: messages, levels, and how patterns are written. */
function explain({ lines, results }: Pick<FinishedJob, 'lines' | 'results'>) {
  const job = { state: 'Finished', health: 'Incomplete', errors: null } as JobSummary;
  const stored = results.map((metadata) => ({
    suite: metadata.definition,
    name: metadata.case,
    result: metadata.result,
    metadata,
  }));
  const failure = explainFailure(job, { errorType: null, message: null }, stored, lines);
  if (failure === null || stored.at(-1)?.result === 'pass') return null;
  const { action, errorType, culprit, problems, waitingFor } = failure;
  return {
    action: action?.replace(/ \(.*/, '') ?? null,
    errorType,
    culprit,
    isValid: problems.length === 0,
    isWaiting: waitingFor !== null,
    hasConsole: failure.console.length > 0,
  };
}
