/** The connection to a master, against sockets that greet when the test says so. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Pull, Router } from 'zeromq';
import type { Log } from '../../src/diagnostics/index.js';
import { Link } from '../../src/dispatcher/link.js';
import {
  createCertificate,
  encodeControl,
  readPublicCertificate,
  readSecretCertificate,
} from '../../src/wire/index.js';
import { until } from '../support/until.js';

const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let directory: string;
let control: Router;
let logs: Pull;
let link: Link;
let logConnections: number;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lf-'));
  await createCertificate(directory, 'master');
  await createCertificate(directory, 'w1');
  const { secretKey } = await readSecretCertificate(join(directory, 'master.key_secret'));
  control = new Router({ curveServer: true, curveSecretKey: secretKey });
  logs = new Pull({ curveServer: true, curveSecretKey: secretKey, receiveTimeout: 500 });
  await control.bind('tcp://127.0.0.1:*');
  await logs.bind('tcp://127.0.0.1:*');
  logConnections = 0;
  link = new Link({
    hostname: 'w1',
    agent: { instance: '1'.repeat(32), run: '2'.repeat(32) },
    controlEndpoint: String(control.lastEndpoint),
    logEndpoint: String(logs.lastEndpoint),
    masterKey: (await readPublicCertificate(join(directory, 'master.key'))).publicKey,
    certificate: await readSecretCertificate(join(directory, 'w1.key_secret')),
    version: '1',
    repeatMs: 1000,
    log: silentLog,
    onMessage: () => Promise.resolve(),
    onLogConnected: () => {
      logConnections += 1;
    },
  });
});
afterEach(async () => {
  await link.close();
  control.close();
  logs.close();
  await rm(directory, { recursive: true });
});

it.each([
  ['ours', true, '7'],
  ['stock', false, undefined],
])(
  'sends no line before a master (%s) has greeted, and then in its form',
  async (_, acknowledgesLogs, index) => {
    const [name] = await control.receive();
    await until('log channel connected', () => logConnections > 0);
    expect(await link.sendLine(1, 7, 'too early')).toBe(false);
    await control.send([name ?? '', ...encodeControl({ action: 'HELLO_OK', acknowledgesLogs })]);
    await until('greeted', () => link.isGreeted);
    expect(await link.sendLine(1, 7, 'a line')).toBe(true);
    const frames = (await logs.receive()).map(String);
    expect(frames).toEqual(index === undefined ? ['1', 'a line'] : ['1', 'a line', index]);
  },
);
