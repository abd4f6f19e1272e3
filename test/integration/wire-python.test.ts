/** The wire against other people's parts: pyzmq's certificates and sockets, Python's lzma (both as LAVA uses them). */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGateway } from '../support/master/gateway.js';
import {
  createCertificate,
  descriptionWork,
  packDescription,
  readPublicCertificate,
  readSecretCertificate,
} from '../../src/wire/index.js';
import { DecodingWork, WorkExceeded } from '../../src/wire/decoding-work.js';
import { decodeXz as decode, encodeXz, XzError } from '../../src/wire/xz.js';
import { MemoryHost } from '../support/master/worker-host.js';
import { requireOrSkip } from '../support/real-parts.js';
import { until } from '../support/until.js';

const needsPython = requireOrSkip('python3-zmq') !== null;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lf-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** Runs Debian's Python; gives its standard output. */
async function python(script: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-c', script, ...args]);
  return stdout;
}

describe.skipIf(needsPython)('certificates', () => {
  it('of ours are loaded by pyzmq', async () => {
    const { publicFile, secretFile } = await createCertificate(directory, 'w1');
    const keys = await readSecretCertificate(secretFile);
    const load =
      'import sys, zmq.auth; print(*(k and k.decode() for k in zmq.auth.load_certificate(sys.argv[1])))';
    expect(await python(load, publicFile)).toBe(`${keys.publicKey} None\n`);
    expect(await python(load, secretFile)).toBe(`${keys.publicKey} ${keys.secretKey}\n`);
    const all = 'import sys, zmq.auth; print(*(k.decode() for k in zmq.auth.load_certificates(sys.argv[1])))';
    expect(await python(all, directory)).toBe(`${keys.publicKey}\n`);
  });

  it('of pyzmq are read by us', async () => {
    const create = `
import sys, zmq.auth
public, secret = zmq.auth.create_certificates(sys.argv[1], 'theirs', {'site': 'a = "b"'})
print(*(k.decode() for k in zmq.auth.load_certificate(secret)))`;
    const [publicKey, secretKey] = (await python(create, directory)).trim().split(' ');
    expect(await readPublicCertificate(join(directory, 'theirs.key'))).toEqual({ publicKey });
    expect(await readSecretCertificate(join(directory, 'theirs.key_secret'))).toEqual({
      publicKey,
      secretKey,
    });
  });
});

/** `other` if it is refused. A few bits mean nothing, such as the first byte of a chunk. */
function decodedOr(other: Buffer, bytes: Uint8Array): Buffer {
  try {
    return Buffer.from(decodeXz(bytes));
  } catch (error) {
    if (error instanceof XzError || error instanceof WorkExceeded) return other;
    throw error;
  }
}

function decodeXz(bytes: Uint8Array): Uint8Array {
  return decode(bytes, { maxBytes: 10_000_000, work: new DecodingWork(descriptionWork.all) });
}

describe.skipIf(requireOrSkip('xz') !== null)('xz of XZ Utils', () => {
  const data = Buffer.from(
    Array.from({ length: 20_000 }, (_, at) => `line ${(at * 7919) % 1013}\n`).join(''),
  );

  it.each(
    ['none', 'crc32', 'crc64', 'sha256'].flatMap((check) =>
      [[], ['-9e'], ['--block-size=5000'], ['-T2', '--block-size=40000']].map((more) => [
        `--check=${check}`,
        ...more,
      ]),
    ),
  )('%s %s %s is read by us, and refused if a byte is changed', async (...options) => {
    const file = join(directory, 'data');
    await writeFile(file, data);
    const { stdout } = await promisify(execFile)('xz', ['-c', ...options, file], { encoding: 'buffer' });
    expect(Buffer.from(decodeXz(stdout)).equals(data)).toBe(true);
    if (options.includes('--check=none')) return;
    for (let at = 0; at < stdout.length; at += 211) {
      const copy = Buffer.from(stdout);
      copy[at] = (copy[at] ?? 0) ^ 0x10;
      expect(decodedOr(data, copy).equals(data)).toBe(true);
    }
  });
});

describe.skipIf(needsPython)('xz', () => {
  const text = Array.from(
    { length: 30_000 },
    (_, index) => `action-${(index * 7919) % 1013}: {level: 1.${index}}\n`,
  ).join('');
  const noise = Buffer.from(
    Uint32Array.from({ length: 50_000 }, (_, at) => Math.imul(at, 2654435761) ^ (at >> 3)).buffer,
  );

  it.each([0, 1, 65_535, 65_536, 65_537, 1_000_000])('of ours is read by Python: %i bytes', async (size) => {
    const data = Buffer.from(text).subarray(0, size);
    const file = join(directory, 'data');
    await writeFile(file, encodeXz(data));
    const decode =
      'import lzma, sys, hashlib; print(hashlib.sha256(lzma.open(sys.argv[1]).read()).hexdigest())';
    const sum = await python(
      'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())',
      await write(data),
    );
    expect(await python(decode, file)).toBe(sum);
  });

  it.each([
    '',
    'preset=0',
    'preset=9 | lzma.PRESET_EXTREME, check=lzma.CHECK_CRC32',
    'check=lzma.CHECK_SHA256',
    'check=lzma.CHECK_NONE',
    'filters=[{"id": lzma.FILTER_LZMA2, "lc": 0, "lp": 2, "pb": 0, "dict_size": 4096}]',
  ])('of Python is read by us: lzma.compress(data, %s)', async (options) => {
    for (const data of [Buffer.alloc(0), Buffer.from('a'), Buffer.from(text), noise]) {
      const file = await write(data);
      const encode = `import lzma, sys, base64; print(base64.b64encode(lzma.compress(open(sys.argv[1], "rb").read(), ${options})).decode())`;
      const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-c', encode, file], {
        maxBuffer: 10_000_000,
      });
      expect(Buffer.from(decodeXz(Buffer.from(stdout, 'base64'))).equals(data)).toBe(true);
    }
  });

  async function write(data: Uint8Array): Promise<string> {
    const file = join(directory, 'plain');
    await writeFile(file, data);
    return file;
  }
});

/** Speaks as LAVA's worker does: a ROUTER that names its peer, CURVE, no delimiter; logs over PUSH with two frames. */
const worker = `
import lzma, sys, zmq, zmq.auth
directory, control_port, log_port = sys.argv[1:]
context = zmq.Context()
public, secret = zmq.auth.load_certificate(directory + '/w1.key_secret')
master, _ = zmq.auth.load_certificate(directory + '/master.key')
def secure(socket):
    socket.curve_publickey, socket.curve_secretkey, socket.curve_serverkey = public, secret, master
    return socket
control = secure(context.socket(zmq.ROUTER))
control.setsockopt(zmq.IDENTITY, b'w1')
control.setsockopt(zmq.CONNECT_RID, b'master')
control.connect('tcp://127.0.0.1:' + control_port)
def say(*frames):
    control.send_multipart([b'master', *frames])
heard = []
def hear(action):
    while True:
        for frames in heard:
            if frames[0] == action:
                heard.remove(frames)
                print(frames[:3])
                return frames
        assert control.poll(10000), 'no response'
        frames = control.recv_multipart()
        assert frames.pop(0) == b'master'
        heard.append(frames)
while not control.poll(200):
    say(b'HELLO', b'3', b'2020.05')
hear(b'HELLO_OK')
say(b'PING')
hear(b'PONG')
job = hear(b'START')[1]
say(b'START_OK', job)
logs = secure(context.socket(zmq.PUSH))
logs.connect('tcp://127.0.0.1:' + log_port)
for i in range(1000):
    logs.send_multipart([job, b'{"dt": "2026-01-01T00:00:00", "lvl": "info", "msg": "%d"}' % i])
logs.close()
say(b'END', job, b'', lzma.compress(b'job: {}\\n' * 100))
hear(b'END_OK')
`;

it.skipIf(needsPython)('a worker in Python with CURVE takes a job from our gateway to END_OK', async () => {
  const { secretFile } = await createCertificate(directory, 'master');
  const { publicKey } = await createCertificate(directory, 'w1');
  const host = new MemoryHost();
  host.admit('w1', publicKey);
  host.schedule('w1', 12, { definition: 'job_name: "ü"\n' });
  const quiet = (): void => undefined;
  const gateway = await startGateway(host, {
    certificateFile: secretFile,
    log: { info: quiet, warn: quiet, error: quiet },
    address: '127.0.0.1',
    controlPort: 0,
    logPort: 0,
  });
  try {
    const said = await python(worker, directory, String(gateway.controlPort), String(gateway.logPort));
    expect(said.split('\n')).toEqual([
      "[b'HELLO_OK']",
      "[b'PONG', b'20']",
      `[b'START', b'12', b'job_name: "\\xc3\\xbc"\\n']`,
      "[b'END_OK', b'12']",
      '',
    ]);
    expect(host.job(12).log).toHaveLength(1000);
    expect(host.job(12).end).toEqual({ errors: '', description: 'job: {}\n'.repeat(100) });
    await until('all closed', () => gateway.connectionCount === 0);
  } finally {
    await gateway.stop();
  }
});

it.skipIf(needsPython)('our description is what LAVA’s master decompresses', async () => {
  const file = join(directory, 'description');
  await writeFile(file, packDescription('job: {name: é}\n'));
  expect(
    await python(
      'import lzma, sys; print(lzma.decompress(open(sys.argv[1], "rb").read()).decode(), end="")',
      file,
    ),
  ).toBe('job: {name: é}\n');
});
