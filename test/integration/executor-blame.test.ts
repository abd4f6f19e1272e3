/**
 * Who is responsible when a deployment fails. An error of type Bug, Configuration or Infrastructure sets the board to
 * Unknown, so whatever a submitter can write into a job is an error of type Job.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boardDevice, ExecutorBench, type FinishedJob } from '../support/jobs/executor.js';
import { startHttpServer, type TestServer } from '../support/http-server.js';

let bench: ExecutorBench;
let server: TestServer;
/** Closes the connection in the middle of the body. */
let breaking: Server;
let breakingUrl: string;
let folder: string;

const zeros = Buffer.alloc(100_000);
const packed = gzipSync(Buffer.from('an image'));

beforeAll(async () => {
  bench = await ExecutorBench.create();
  folder = bench.directory;
  mkdirSync(join(folder, 'boards'), { recursive: true });
  server = await startHttpServer((request, response) => {
    const path = request.url ?? '';
    if (path.startsWith('/to?')) {
      response.writeHead(302, { location: decodeURIComponent(path.slice(4)) }).end();
    } else if (path === '/forbidden') response.writeHead(403).end();
    else response.writeHead(200).end(packed);
  });
  breaking = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
      socket.write(packed, () => setTimeout(() => socket.resetAndDestroy(), 20));
    });
  });
  await new Promise<void>((done) => breaking.listen(0, '127.0.0.1', done));
  const address = breaking.address();
  breakingUrl = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/image`;
  writeFileSync(join(folder, 'zeros'), zeros);
  writeFileSync(join(folder, 'a.gz'), packed);
});
afterAll(async () => {
  await server.stop();
  await new Promise((done) => breaking.close(done));
  bench.remove();
});

async function deploy(
  image: Readonly<Record<string, unknown>>,
  label = 'kernel',
  settings?: object,
): Promise<FinishedJob> {
  const block = { deploy: { to: 'tmpfs', failure_retry: 1, images: { [label]: image } } };
  const job = JSON.stringify({
    job_name: 'blame',
    device_type: 'board',
    visibility: 'public',
    timeouts: { job: { minutes: 1 }, action: { seconds: 20 }, connection: { seconds: 10 } },
    actions: [block],
  });
  return await bench.run(job, boardDevice({ power_off: 'true' }), settings);
}

interface Case {
  readonly image: () => Readonly<Record<string, unknown>>;
  readonly label?: string;
  readonly settings?: object;
  readonly blame: 'Job' | 'Infrastructure' | undefined;
  readonly why?: RegExp;
}

const url = (path: string) => () => ({ url: path });
const http =
  (path: string, more: object = {}) =>
  () => ({ url: `${server.url}${path}`, ...more });
const local =
  (name: string, more: object = {}) =>
  () => ({ url: `file://${folder}/${name}`, ...more });
const wrongSum = '0'.repeat(64);

const cases: Readonly<Record<string, Case>> = {
  // URLs
  'an encoded slash in a file URL': {
    image: url('file:///a%2fb'),
    blame: 'Job',
    why: /images.kernel.url.*%2F/,
  },
  'an encoded null character in a file URL': { image: url('file:///a%00b'), blame: 'Job', why: /null/ },
  'a bad percent sign in a file URL': { image: url('file:///a%zz'), blame: 'Job', why: /percent/ },
  'a host in a file URL': { image: url('file://host/a'), blame: 'Job', why: /has a host/ },
  'a file that does not exist': { image: local('nothing'), blame: 'Job', why: /does not exist/ },
  'a directory': { image: () => ({ url: `file://${folder}/boards` }), blame: 'Job', why: /not a file/ },
  'a path below a file': { image: local('zeros/below'), blame: 'Job', why: /does not exist|may not read/ },
  'a path that is too long': {
    image: local('x'.repeat(5000)),
    blame: 'Job',
    why: /cannot be read|may not read/,
  },
  'a device': { image: url('file:///dev/zero'), blame: 'Job', why: /may not read/ },
  'the environment of the executor': {
    image: url('file:///proc/self/environ'),
    blame: 'Job',
    why: /may not read/,
  },
  'a file of the kernel with a wrong size, where the worker serves it': {
    image: url('file:///proc/self/environ'),
    settings: { image_directories: ['/proc'] },
    blame: 'Job',
    why: /were announced/,
  },
  'something that is not a URL': { image: url('kernel.img'), blame: 'Job', why: /not a URL/ },
  'another protocol': { image: url('ftp://host/a'), blame: 'Job', why: /not supported/ },
  'a bad percent sign in the user of a URL': {
    image: url('http://%zz@127.0.0.1/a'),
    blame: 'Job',
    why: /percent/,
  },
  'a port that does not exist': { image: url('http://127.0.0.1:99999/a'), blame: 'Job', why: /not a URL/ },
  'a bad percent sign in a path': { image: http('/a%zz'), blame: undefined },
  'an encoded slash in a path': { image: http('/a%2fb'), blame: undefined },
  'an encoded null character in a path': { image: http('/a%00'), blame: undefined },
  'a file name of 1000 characters': { image: http(`/${'x'.repeat(1000)}`), blame: undefined },
  'a file name of dots': { image: http('/..%2f..'), blame: undefined },
  'a status other than 200': { image: http('/forbidden'), blame: 'Job', why: /status 403/ },
  'a redirection to nothing': { image: http('/to?http%3A%2F%2F'), blame: 'Job', why: /redirects to/ },
  'a redirection to a bad user': {
    image: http('/to?http%3A%2F%2F%25zz%40a'),
    blame: 'Job',
    why: /redirects to/,
  },
  'a redirection to a file': {
    image: http('/to?file%3A%2F%2F%2Fetc%2Fpasswd'),
    blame: 'Job',
    why: /redirects to file/,
  },
  'a host that does not exist': {
    image: url('http://host.invalid/a'),
    blame: 'Job',
    why: /ENOTFOUND|EAI_AGAIN/,
  },
  'a server that breaks the transfer': {
    image: () => ({ url: breakingUrl }),
    blame: 'Infrastructure',
    why: /cannot read/,
  },
  'a server that breaks the transfer of packed data': {
    image: () => ({ url: breakingUrl, compression: 'xz' }),
    blame: 'Infrastructure',
    why: /cannot read/,
  },

  // Headers
  'a header': { image: http('/a', { headers: { 'X-Token': 'abc' } }), blame: undefined },
  'a header with a line break': {
    image: http('/a', { headers: { 'X-Token': 'a\r\nHost: b' } }),
    blame: 'Job',
    why: /headers.X-Token.*line break/,
  },
  'a header with a space in its name': {
    image: http('/a', { headers: { 'X Token': 'a' } }),
    blame: 'Job',
    why: /not the name/,
  },
  'a header without a name': {
    image: http('/a', { headers: { '': 'a' } }),
    blame: 'Job',
    why: /not the name/,
  },
  'a header beyond Latin-1': {
    image: http('/a', { headers: { 'X-Token': '\u{1f600}' } }),
    blame: 'Job',
    why: /does not allow/,
  },
  'a length of the body': {
    image: http('/a', { headers: { 'Content-Length': '5' } }),
    blame: 'Job',
    why: /itself/,
  },
  'an upgrade of the connection': {
    image: http('/a', { headers: { Connection: 'upgrade', Upgrade: 'h2c' } }),
    blame: 'Job',
    why: /itself/,
  },

  // Checksums
  'a wrong checksum': { image: local('zeros', { sha256sum: wrongSum }), blame: 'Job', why: /does not match/ },
  'a checksum that is not one': { image: local('zeros', { md5sum: 'x' }), blame: 'Job', why: /./ },

  // Compression
  'data that is not gzip': { image: local('zeros', { compression: 'gz' }), blame: 'Job', why: /gzip/ },
  'data that is not bzip2': { image: local('zeros', { compression: 'bz2' }), blame: 'Job', why: /bzip2/ },
  'data that is not xz': { image: local('zeros', { compression: 'xz' }), blame: 'Job', why: /xz/ },
  'a zip file': { image: local('zeros', { compression: 'zip' }), blame: 'Job', why: /zip/ },
  'an unknown compression': { image: local('zeros', { compression: 'rar' }), blame: 'Job', why: /./ },
  'packed data': { image: local('a.gz', { compression: 'gz' }), blame: undefined },

  // Names and arguments
  'a label with a slash': { image: local('zeros'), label: 'a/b', blame: 'Job', why: /label/ },
  'a label of dots': { image: local('zeros'), label: '..', blame: 'Job', why: /label/ },
  'a label of 300 characters': { image: local('zeros'), label: 'x'.repeat(300), blame: 'Job', why: /label/ },
  'an archive': {
    image: local('zeros', { archive: '../tar' }),
    blame: 'Job',
    why: /archives are not supported/,
  },
  'a quote that is not closed': {
    image: local('zeros', { image_arg: "-drive 'file={kernel}" }),
    blame: 'Job',
    why: /image_arg.*not closed/,
  },
  'a null character in the arguments': {
    image: local('zeros', { image_arg: '-a \0' }),
    blame: 'Job',
    why: /null/,
  },
};

describe('a deployment with', () => {
  it.each(Object.entries(cases))('%s', async (_name, { image, label, settings, blame, why }) => {
    const job = await deploy(image(), label, settings);
    expect(job.result?.['error_type'], JSON.stringify(job.result)).toBe(blame);
    if (why !== undefined) expect(job.result?.['error_msg']).toMatch(why);
  });
});
