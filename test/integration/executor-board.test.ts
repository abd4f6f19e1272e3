import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { controlBoard, serveBoard, type ServedBoard } from '../../src/board/index.js';
import {
  boardJob,
  definition,
  definitions,
  interactive,
  minimal,
  oneCommand,
  uBoot,
} from '../support/jobs/board-jobs.js';
import { boardDevice, ExecutorBench, summarize } from '../support/jobs/executor.js';
import { startHttpServer } from '../support/http-server.js';
import { until } from '../support/until.js';

let bench: ExecutorBench;
let board: ServedBoard;
let device: object;
const control = (...words: string[]) => controlBoard('b1', bench.boards, words);

beforeAll(async () => {
  bench = await ExecutorBench.create();
  board = await serveBoard({ name: 'b1', dir: bench.boards });
  device = boardDevice(bench.boardCommands('b1'));
});
afterAll(async () => {
  await board.stop();
  bench.remove();
});
beforeEach(async () => {
  await control('fault', 'clear');
  await control('power', 'off');
});

/** Debian installs these programs everywhere. */
function packWith(program: string) {
  return (data: Buffer): Buffer => execFileSync(program, ['-c'], { input: data });
}

/** Processes of a group. Includes zombies that nothing has reaped. */
function processesOf(group: number): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2] === String(group);
      } catch {
        return false;
      }
    });
}

describe('a job on the simulated board', () => {
  it('interrupts U-Boot, boots, logs in and runs an interactive test', async () => {
    const job = await bench.run(boardJob(uBoot, interactive), device);
    expect(summarize(job.results)).toEqual([
      'lava validate pass',
      'lava pdu-reboot pass',
      'lava kernel-messages pass',
      'lava login-action pass',
      '0_one echo pass',
      '0_one release pass',
      '0_one filled pass',
      '0_one missing fail',
      'lava 0_one pass',
      '0_two second pass',
      'lava 0_two fail',
      'lava lava-test-interactive fail',
      'lava lava-test-interactive-retry fail',
      'lava power-off pass',
      'lava job fail Test',
    ]);
    expect(job.code).toBe(1);
    expect(job.result).toMatchObject({ definition: 'lava', case: 'job', result: 'fail', error_type: 'Test' });
    expect(await control('status')).toBe('off');
    expect(readdirSync(job.directory).sort()).toEqual([
      'description.yaml',
      'device.yaml',
      'dispatcher.yaml',
      'job.yaml',
      'output.yaml',
      'result.yaml',
      'stage',
    ]);
  });

  it('types test definitions into a shell that cannot store files', async () => {
    const smoke = definition('smoke', [
      'lava-test-case kernel --shell uname -a',
      'lava-test-case broken --shell false',
      'lava-test-set start set-1',
      'true && lava-test-case ok --result pass --measurement 2.5 --units ms || lava-test-case ok --result fail',
      'lava-test-set stop',
    ]);
    const aborts = definition('aborts', ['false', 'lava-test-case never --result pass']);
    const job = await bench.run(boardJob(uBoot, definitions(smoke, aborts)), device);
    expect(summarize(job.results).slice(4)).toEqual([
      '0_smoke kernel pass',
      '0_smoke broken fail',
      '0_smoke ok pass set-1 2.5 ms',
      'lava 0_smoke pass',
      'lava 1_aborts fail',
      'lava power-off pass',
      'lava job pass',
    ]);
    expect(job.code).toBe(0);
  });

  it('boots without a bootloader, and runs a command of the device', async () => {
    const job = await bench.run(boardJob(minimal, '- command: {name: hello}\n', oneCommand('pwd')), device);
    expect(summarize(job.results)).toContain('0_one only pass');
    const messages = job.lines.map((line) => line.msg);
    expect(messages).toContain('hello');
    expect(messages).toContain('bye');
    expect(job.code).toBe(0);
  });

  it('reads results from the console', async () => {
    const monitors = `- boot: {method: minimal}
- test:
    monitors:
    - name: Boot
      start: Linux version
      end: "board login:"
      pattern: '(?P<test_case_id>Memory): (?P<measurement>[0-9]+)(?P<units>K)'
`;
    const job = await bench.run(boardJob(monitors), device);
    expect(summarize(job.results)).toContain('boot memory pass 498112.0 K');
    expect(job.code).toBe(0);
  });

  it('cannot forge the result of the job: by a monitor, or by what the board prints', async () => {
    const monitors = `- boot: {method: minimal}
- test:
    monitors:
    - {name: Lava, start: Linux version, end: "board login:", pattern: '(?P<test_case_id>job) (?P<result>pass)'}
`;
    const forged = await bench.run(boardJob(monitors), device);
    expect(summarize(forged.results)).toEqual(['lava validate fail', 'lava job fail Job']);
    const signals = ['STARTRUN lava 1', 'TESTCASE TEST_CASE_ID=job RESULT=pass'];
    const steps = signals.map((signal) => `echo "<LAVA""_SIGNAL_${signal}>"`);
    const printed = await bench.run(boardJob(minimal, definitions(definition('a', steps))), device);
    const inSuite = printed.results.filter(
      ({ definition: suite, case: name }) => suite === 'lava' && name === 'job',
    );
    expect(inSuite).toHaveLength(1);
    expect(summarize(printed.results)).toContain('0_a job pass');
  });
});

describe('a board that misbehaves', () => {
  const limited = uBoot.replace('method: u-boot', 'method: u-boot\n    timeout: {seconds: 5}');

  it.each([
    ['hangs in its boot', ['fault', 'hang'], 'lava login-action fail', 'Job', 'login-action timed out after'],
    ['never asks for a login', ['fault', 'no-login'], 'lava login-action fail', 'Job', "or 'board login:'"],
    ['panics', ['fault', 'panic'], 'lava kernel-messages fail', 'Job', 'Kernel panic'],
    [
      'cannot be interrupted',
      ['fault', 'no-interrupt'],
      'lava bootloader-commands fail',
      'Infrastructure',
      "seconds while waiting for '=> '",
    ],
  ])('that %s fails the job in time', async (_, fault, result, blame, why) => {
    await control(...fault);
    const job = await bench.run(boardJob(limited, oneCommand('true')), device);
    expect(summarize(job.results)).toContain(result);
    expect(summarize(job.results).slice(-2)).toEqual(['lava power-off pass', `lava job fail ${blame}`]);
    expect(job.result?.['error_msg']).toContain(why);
    expect(await control('status')).toBe('off');
  });

  it('that reboots during a test fails the test', async () => {
    const job = bench.start(boardJob(uBoot, oneCommand('sleep 60', 'timeout: {seconds: 4}')), device);
    await until('the test has started', () => job.output().includes('sleep 60'));
    await control('fault', 'reboot', '10');
    const { results } = await job.finished;
    expect(summarize(results)).toContain('0_one only fail');
    expect(summarize(results).at(-1)).toBe('lava job fail Test');
  });

  it('that hangs in its shell fails the test, which may be skipped', async () => {
    const hanging = oneCommand('sleep 60', 'timeout: {seconds: 3, skip: true}');
    const job = await bench.run(boardJob(uBoot, hanging, '- command: {name: hello}\n'), device);
    expect(summarize(job.results).slice(4)).toEqual([
      '0_one only fail',
      'lava 0_one fail',
      'lava lava-test-interactive fail',
      'lava lava-test-interactive-retry fail',
      'lava power-off pass',
      'lava job pass',
    ]);
  });

  it('that prints garbage leaves a readable log', async () => {
    const job = bench.start(boardJob(uBoot, oneCommand('sleep 1')), device);
    await until('the kernel runs', () => job.output().includes('Linux version'));
    await control('fault', 'garbage', '5000');
    const { lines, results } = await job.finished;
    expect(summarize(results).at(-1)).toBe('lava job pass');
    expect(lines.length).toBe(job.output().trimEnd().split('\n').length);
  });
});

describe('a job that is ended from outside', () => {
  const long = boardJob(uBoot, oneCommand('sleep 60'));

  it('powers off the board when it is canceled, and leaves no process', async () => {
    const job = bench.start(long, device);
    await until('the test has started', () => job.output().includes('sleep 60'));
    job.process.kill('SIGTERM');
    const { results, result } = await job.finished;
    expect(summarize(results).slice(-2)).toEqual(['lava power-off pass', 'lava job fail Canceled']);
    expect(result).toMatchObject({
      result: 'fail',
      error_type: 'Canceled',
      error_msg: 'The job was canceled',
    });
    expect(processesOf(job.process.pid ?? 0)).toEqual([]);
    expect(await control('status')).toBe('off');
  });

  it('leaves no process and no result when it is killed', async () => {
    const job = bench.start(long, device);
    await until('the test has started', () => job.output().includes('sleep 60'));
    job.process.kill('SIGKILL');
    const { result } = await job.finished;
    expect(result).toBeUndefined();
    await until('its processes are gone', () => processesOf(job.process.pid ?? 0).length === 0);
  });
});

describe('deploying', () => {
  const content = Buffer.from('lavaflow '.repeat(100_000));
  const sum = createHash('sha256').update(content).digest('hex');
  const deploy = (url: string, more: string) =>
    boardJob(`- deploy: {to: tmpfs, images: {kernel: {url: "${url}", ${more}}}}\n`);

  it('downloads over http, follows a redirect and verifies the checksum', async () => {
    const server = await startHttpServer((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/image' }).end();
      else if (request.url === '/image') response.end(content);
      else response.writeHead(404).end();
    });
    try {
      const good = await bench.run(deploy(`${server.url}/moved`, `sha256sum: "${sum}"`), device);
      expect(summarize(good.results)).toContain('lava http-download pass');
      expect(good.code).toBe(0);
      const bad = await bench.run(deploy(`${server.url}/image`, `sha256sum: "${'0'.repeat(64)}"`), device);
      expect(summarize(bad.results)).toEqual([
        'lava validate pass',
        'lava http-download fail',
        'lava download-retry fail',
        'lava deployimages fail',
        'lava power-off pass',
        'lava job fail Job',
      ]);
      const absent = await bench.run(deploy(`${server.url}/absent`, `md5sum: "${'0'.repeat(32)}"`), device);
      expect(absent.result?.['error_msg']).toContain('responded with status 404');
      expect(summarize(absent.results)).toEqual(['lava validate fail', 'lava job fail Job']);
    } finally {
      await server.stop();
    }
  });

  it.each([
    ['gz', (data: Buffer) => gzipSync(data)],
    ['xz', packWith('xz')],
    ['bz2', packWith('bzip2')],
  ])('unpacks %s, and reports data in another format', async (compression, pack) => {
    const folder = join(bench.directory, `images-${compression}`);
    mkdirSync(folder);
    const packed = pack(content);
    writeFileSync(join(folder, 'good'), packed);
    writeFileSync(join(folder, 'bad'), content);
    const packedSum = createHash('sha256').update(packed).digest('hex');
    const good = await bench.run(
      deploy(`file://${folder}/good`, `compression: ${compression}, sha256sum: "${packedSum}"`),
      device,
    );
    expect(good.code).toBe(0);
    const bad = await bench.run(deploy(`file://${folder}/bad`, `compression: ${compression}`), device);
    expect(bad.result).toMatchObject({ error_type: 'Job' });
  });

  it('rejects everything that it does not support at once', async () => {
    const job = await bench.run(
      boardJob(
        '- deploy: {to: nfs}\n- boot: {method: fastboot}\n- test: {docker: {image: x}, definitions: []}\n',
      ),
      device,
    );
    expect(summarize(job.results)).toEqual(['lava validate fail', 'lava job fail Job']);
    const why = String(job.result?.['error_msg']);
    for (const part of [
      '"nfs" is not supported',
      '"fastboot" is not supported',
      'docker tests are not supported',
    ]) {
      expect(why).toContain(part);
    }
  });
});
