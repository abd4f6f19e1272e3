/** What a job may use of its worker: files, disk, log, and the options of QEMU. Whatever it exceeds, the board is off. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlBoard, serveBoard, type ServedBoard } from '../../src/board/index.js';
import { boardJob, minimal } from '../support/jobs/board-jobs.js';
import { boardDevice, ExecutorBench, qemuDevice, summarize } from '../support/jobs/executor.js';
import { startHttpServer } from '../support/http-server.js';
import { requireOrSkip } from '../support/real-parts.js';

let bench: ExecutorBench;
let board: ServedBoard;
let device: object;
let images: string;
let secret: string;

beforeAll(async () => {
  bench = await ExecutorBench.create();
  board = await serveBoard({ name: 'b1', dir: bench.boards });
  device = boardDevice(bench.boardCommands('b1'));
  images = join(bench.directory, 'images');
  secret = join(bench.directory, 'token');
  mkdirSync(images);
  writeFileSync(secret, 'secret');
});
afterAll(async () => {
  await board.stop();
  bench.remove();
});

function deploy(url: string, more = ''): string {
  return `- deploy: {to: tmpfs, images: {x: {url: ${JSON.stringify(url)}${more === '' ? '' : `, ${more}`}}}}\n`;
}

async function isOff(): Promise<boolean> {
  return (await controlBoard('b1', bench.boards, ['status'])) === 'off';
}

describe('local images', () => {
  it.each([
    ['a file elsewhere', () => `file://${secret}`],
    ['..', () => `file://${images}/..%2e/token`],
    ['a link', () => `file://${images}/link`],
    ['a link to a directory', () => `file://${images}/out/token`],
    ['the environment of the executor', () => 'file:///proc/self/environ'],
    ['a file that does not exist', () => 'file:///nonexistent/file'],
    ['a slash in a name', () => `file://${images}/a%2fb`],
    ['a NUL character', () => `file://${images}/a%00b`],
    ['a directory', () => `file://${images}/folder`],
  ])('are not read from %s', async (name, url) => {
    const [link, out, folder] = ['link', 'out', 'folder'].map((one) => join(images, one));
    if (name === 'a link') symlinkSync(secret, link ?? '');
    if (name === 'a link to a directory') symlinkSync(bench.directory, out ?? '');
    if (name === 'a directory') mkdirSync(folder ?? '');
    const job = await bench.run(boardJob(deploy(url())), device, { image_directories: [images] });
    expect(summarize(job.results)).toEqual(['lava validate fail', 'lava job fail Job']);
    expect(JSON.stringify(job.lines)).not.toContain('secret');
  });

  it('are read from the image directories of the worker, also through links', async () => {
    writeFileSync(join(images, 'good'), 'content');
    const other = join(bench.directory, 'images-by-link');
    symlinkSync(images, other);
    for (const directory of [images, other]) {
      const job = await bench.run(boardJob(deploy(`file://${directory}/good`)), device, {
        image_directories: [directory],
      });
      expect(summarize(job.results)).toContain('lava file-download pass');
    }
  });
});

describe('limits', () => {
  const failed = ['lava power-off pass', 'lava job fail Job'];

  it('a console that prints without end', async () => {
    const endless = { ...bench.boardCommands('b1'), connect: 'yes y' };
    const job = await bench.run(boardJob(minimal), boardDevice(endless), { limits: { log_mib: 2 } });
    expect(summarize(job.results).slice(-2)).toEqual(failed);
    expect(job.result?.['error_msg']).toContain('the job logs more than 2 MiB');
    expect(JSON.stringify(job.lines).length).toBeLessThan(8 * 2 ** 20);
  });

  it('a command of the device that prints without end', async () => {
    const endless = { ...bench.boardCommands('b1'), hard_reset: 'yes y' };
    const job = await bench.run(boardJob(minimal), boardDevice(endless), { limits: { log_lines: 5000 } });
    expect(summarize(job.results).slice(-2)).toEqual(failed);
    expect(job.result?.['error_msg']).toContain('more than 5000 lines');
  });

  it('an image that is larger than its server announces, or than the worker allows', async () => {
    const server = await startHttpServer((request, response) => {
      if (request.url === '/announced') response.writeHead(200, { 'content-length': 2 ** 40 }).flushHeaders();
      else response.writeHead(200).end(Buffer.alloc(2 * 2 ** 20));
    });
    const settings = { limits: { download_mib: 1 } };
    try {
      const announced = await bench.run(boardJob(deploy(`${server.url}/announced`)), device, settings);
      expect(announced.result).toMatchObject({
        error_type: 'Job',
        error_msg: expect.stringContaining('larger than 1 MiB (download_mib') as string,
      });
      const silent = await bench.run(boardJob(deploy(`${server.url}/silent`)), device, settings);
      expect(summarize(silent.results)).toEqual([
        'lava validate pass',
        'lava http-download fail',
        'lava download-retry fail',
        'lava deployimages fail',
        ...failed,
      ]);
      expect(silent.result?.['error_msg']).toContain('larger than 1 MiB (download_mib');
    } finally {
      await server.stop();
    }
  });

  it('an image that unpacks to more than the worker allows', async () => {
    writeFileSync(join(images, 'bomb.gz'), gzipSync(Buffer.alloc(4 * 2 ** 20)));
    const settings = { image_directories: [images], limits: { image_mib: 1 } };
    const url = `file://${images}/bomb.gz`;
    const job = await bench.run(boardJob(deploy(url, 'compression: gz')), device, settings);
    expect(summarize(job.results).slice(-2)).toEqual(failed);
    expect(job.result?.['error_msg']).toContain('the unpacked image is larger than 1 MiB (image_mib');
  });

  it('several images that are too large together', async () => {
    writeFileSync(join(images, 'half'), Buffer.alloc(600 * 1024, 1));
    const settings = { image_directories: [images], limits: { disk_mib: 1 } };
    const half = `{url: "file://${images}/half"}`;
    const job = await bench.run(
      boardJob(`- deploy: {to: tmpfs, images: {a: ${half}, b: ${half}}}\n`),
      device,
      settings,
    );
    expect(summarize(job.results).slice(-2)).toEqual(failed);
    expect(job.result?.['error_msg']).toContain('disk_mib');
  });

  it('a disk that is full is not the fault of the job', async () => {
    writeFileSync(join(images, 'small'), 'content');
    const settings = { image_directories: [images], limits: { free_disk_mib: 2 ** 40 } };
    const job = await bench.run(boardJob(deploy(`file://${images}/small`)), device, settings);
    expect(job.result).toMatchObject({
      error_type: 'Infrastructure',
      error_msg: expect.stringContaining('disk full on the worker') as string,
    });
    expect(summarize(job.results)).toContain('lava power-off pass');
  });

  it('the board is off after all of them', async () => {
    expect(await isOff()).toBe(true);
  });
});

describe.skipIf(requireOrSkip('qemu'))('options of QEMU', () => {
  const job = (context: string, imageArg: string) => `job_name: test
device_type: qemu
visibility: public
context: {arch: amd64${context}}
timeouts: {job: {minutes: 1}, action: {seconds: 20}}
actions:
- deploy: {to: tmpfs, images: {disk: {url: "file://${images}/disk", image_arg: ${JSON.stringify(imageArg)}}}}
- boot: {method: qemu, media: tmpfs, prompts: ["# "]}
`;

  it('of a job are rejected before anything runs', async () => {
    writeFileSync(join(images, 'disk'), 'content');
    const done = await bench.run(job('', '-drive file=/etc/shadow,format=raw -s'), qemuDevice());
    expect(summarize(done.results)).toEqual(['lava validate fail', 'lava job fail Job']);
    const message = String(done.result?.['error_msg']);
    expect(message).toContain("actions[0].deploy.images.disk.image_arg: jobs may not use 'file=/etc/shadow'");
    expect(message).toContain("may not use the QEMU option '-s'");
  });

  it('that the context of a job brings into the device are rejected, and those of the device are not', async () => {
    const device_ = qemuDevice() as { actions: { boot: { methods: { qemu: { parameters: object } } } } };
    const { parameters } = device_.actions.boot.methods.qemu;
    Object.assign(parameters, { extra: ['-netdev user,id=n,guestfwd=tcp:10.0.2.100:1-cmd:true'] });
    const rejected = await bench.run(job(', netdevice: x', ''), device_);
    expect(rejected.result?.['error_msg']).toContain('context.netdevice: jobs may not use');
    const runs = await bench.run(job(', memory: 64', '-drive file={disk},format=raw'), device_);
    expect(summarize(runs.results)).toContain('lava execute-qemu pass');
  });

  it('an image that names another file is rejected', async () => {
    const header = Buffer.alloc(1024);
    header.write('QFI\xfb', 'latin1');
    header.writeUInt32BE(2, 4);
    header.writeBigUInt64BE(600n, 8);
    writeFileSync(join(images, 'disk'), header);
    const done = await bench.run(job('', '-drive file={disk},format=qcow2'), qemuDevice());
    expect(done.result).toMatchObject({
      error_type: 'Job',
      error_msg: expect.stringContaining("the image 'disk' cannot be used: it has a backing file") as string,
    });
  });
});
