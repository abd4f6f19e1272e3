/**
 * The dispatcher against a master as LAVA 2020.05 is one: a pyzmq ROUTER and PULL with CURVE and an authenticator, which
 * knows nothing of LOG_OK, takes log messages of exactly two frames, and decompresses descriptions with lzma.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startDispatcher } from '../../src/dispatcher/index.js';
import { createCertificate } from '../../src/wire/index.js';
import { requireOrSkip } from '../support/real-parts.js';
import { standInExecutor } from '../support/jobs/stand-in-executor.js';
import { until } from '../support/until.js';

const master = `
import json, lzma, sys, zmq, zmq.auth
from zmq.auth.thread import ThreadAuthenticator
directory = sys.argv[1]
context = zmq.Context()
authenticator = ThreadAuthenticator(context)
authenticator.start()
authenticator.configure_curve(domain='*', location=directory)
public, secret = zmq.auth.load_certificate(directory + '/master.key_secret')
def open_socket(kind):
    socket = context.socket(kind)
    socket.curve_publickey, socket.curve_secretkey, socket.curve_server = public, secret, True
    if kind == zmq.ROUTER:
        socket.setsockopt(zmq.IDENTITY, b'master')
        socket.setsockopt(zmq.ROUTER_HANDOVER, 1)
    return socket, socket.bind_to_random_port('tcp://127.0.0.1')
control, control_port = open_socket(zmq.ROUTER)
logs, log_port = open_socket(zmq.PULL)
print(json.dumps([control_port, log_port]), flush=True)
def hear(action):
    while True:
        assert control.poll(20000), 'no ' + action
        hostname, what, *rest = control.recv_multipart()
        assert hostname == b'w1'
        if what == b'PING':
            control.send_multipart([hostname, b'PONG', b'20'])
        elif what == b'HELLO' or what == b'HELLO_RETRY':
            assert rest[0] == b'3'
            control.send_multipart([hostname, b'HELLO_OK'])
            if action == 'HELLO':
                return
        elif what == action.encode():
            return rest
hear('HELLO')
control.send_multipart([b'w1', b'START', b'5', b'{"lines": 300}', b'', b'', b'', b''])
assert hear('START_OK') == [b'5']
job, errors, description = hear('END')
lines = []
while logs.poll(1000):
    job, line = logs.recv_multipart()
    assert job == b'5'
    lines.append(json.loads(line)['msg'])
control.send_multipart([b'w1', b'END_OK', b'5'])
print(json.dumps([lines, lzma.decompress(description).decode()]), flush=True)
sys.stdin.read()
authenticator.stop()
context.destroy(linger=0)
`;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lf-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

it.skipIf(requireOrSkip('python3-zmq') !== null)('runs a job of a stock master', async () => {
  await createCertificate(directory, 'master');
  await createCertificate(directory, 'w1');
  await writeFile(join(directory, 'executor.mjs'), standInExecutor);
  const child = spawn('/usr/bin/python3', ['-c', master, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  const output = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<unknown> => JSON.parse(String((await output.next()).value));
  const [controlPort, logPort] = (await nextLine()) as [number, number];
  const quiet = (): void => undefined;
  const dispatcher = await startDispatcher({
    hostname: 'w1',
    controlEndpoint: `tcp://127.0.0.1:${controlPort}`,
    logEndpoint: `tcp://127.0.0.1:${logPort}`,
    masterCertificateFile: join(directory, 'master.key'),
    secretCertificateFile: join(directory, 'w1.key_secret'),
    stateDir: join(directory, 'state'),
    log: { info: quiet, warn: quiet, error: quiet },
    executorCommand: [process.execPath, join(directory, 'executor.mjs')],
  });
  try {
    const [messages, description] = (await nextLine()) as [unknown[], string];
    expect(messages).toEqual([
      ...Array.from({ length: 300 }, (_, index) => `line ${index}`),
      { definition: 'lava', case: 'job', result: 'pass' },
    ]);
    expect(description).toBe('job: {}\n');
    await until('removed', async () => (await readdir(join(directory, 'state/jobs'))).length === 0);
  } finally {
    await dispatcher.stop({ jobs: 'cancel' });
    const gone = once(child, 'exit');
    child.stdin.end();
    await gone;
  }
});
