import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { curveKeyPair } from 'zeromq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type Gateway, type GatewayOptions } from '../../support/master/gateway.js';
import {
  createCertificate,
  packDescription,
  readPublicCertificate,
  type SecretCertificate,
} from '../../../src/wire/index.js';
import { MemoryHost } from '../../support/master/worker-host.js';
import { until } from '../../support/until.js';
import { WireClient } from '../../support/master/wire-client.js';

let directory: string;
let host: MemoryHost;
let masterKey: string;
let gateway: Gateway;
let clients: WireClient[];
let said: { message: string; fields: Readonly<Record<string, unknown>> }[];

const line = (text: string): string => `{"dt": "2026-01-01T00:00:00", "lvl": "info", "msg": "${text}"}`;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lf-'));
  const { secretFile, publicFile } = await createCertificate(directory, 'master');
  masterKey = (await readPublicCertificate(publicFile)).publicKey;
  host = new MemoryHost();
  clients = [];
  said = [];
  gateway = await start(secretFile);
});

afterEach(async () => {
  for (const client of clients) client.close();
  await gateway.stop();
  expect((await readdir(directory)).filter((name) => name.startsWith('lavaflow-gateway-'))).toEqual([]);
  await rm(directory, { recursive: true });
});

async function start(certificateFile: string, options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const log = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    said.push({ message, fields });
  };
  return await startGateway(host, {
    certificateFile,
    log: { info: log, warn: log, error: log },
    address: '127.0.0.1',
    controlPort: 0,
    logPort: 0,
    temporaryDirectory: directory,
    repeatMs: 1500,
    offlineAfterMs: 2000,
    admitWithinMs: 1500,
    ...options,
  });
}

function client(identity: string, keys: SecretCertificate): WireClient {
  const opened = new WireClient(identity, keys, masterKey, gateway.controlPort, gateway.logPort);
  clients.push(opened);
  return opened;
}

function worker(name: string): { keys: SecretCertificate; connect: () => WireClient } {
  const keys = curveKeyPair();
  host.admit(name, keys.publicKey);
  return { keys, connect: () => client(name, keys) };
}

describe('a worker with its own key', () => {
  it('gets HELLO_OK, sends PING, and is lost when it becomes silent', async () => {
    const w1 = worker('w1').connect();
    await w1.hello('2020.05');
    await until('HELLO_OK', () => w1.has('HELLO_OK'));
    expect(w1.received[0]).toEqual(['HELLO_OK']);
    await w1.send({ action: 'PING' });
    await until('PONG', () => w1.has('PONG', '20'));
    expect(host.seen).toEqual(['w1 2020.05', 'w1']);
    await until('lost', () => host.lost.includes('w1'));
    await w1.send({ action: 'PING' });
    await until('back', () => host.seen.length === 3);
  });

  it('gets no response when it uses another protocol', async () => {
    const w1 = worker('w1').connect();
    await w1.send({ action: 'HELLO', protocol: 4, version: '2021', agent: null });
    await w1.send({ action: 'PING' });
    await until('PONG', () => w1.has('PONG'));
    expect(w1.has('HELLO_OK')).toBe(false);
  });

  it('runs a job from START to END_OK, with its log acknowledged line by line', async () => {
    const w1 = worker('w1').connect();
    await w1.hello();
    await until('HELLO_OK', () => w1.has('HELLO_OK', 'LOG_OK'));
    host.schedule('w1', 7, { env: 'purge: true\n' });
    await until('START', () => w1.has('START', '7', 'job_name: x\n', 'a: 1\n', '', 'purge: true\n', ''));
    await w1.send({ action: 'START_OK', jobId: 7 });
    await until('running', () => host.job(7).state === 'running');
    for (let index = 0; index < 100; index += 1) await w1.log({ jobId: 7, line: line(`l${index}`), index });
    await until('LOG_OK', () => w1.has('LOG_OK', '7', '100'));
    expect(host.job(7).log).toEqual(Array.from({ length: 100 }, (_, index) => line(`l${index}`)));
    await w1.send({ action: 'END', jobId: 7, errors: 'oops', description: packDescription('job: {}\n') });
    await until('END_OK', () => w1.has('END_OK', '7'));
    expect(host.job(7).end).toEqual({ errors: 'oops', description: 'job: {}\n' });
  });

  it('gets START and CANCEL again until it responds, and STATUS when it reconnects', async () => {
    const own = worker('w1');
    const w1 = own.connect();
    host.schedule('w1', 1);
    host.schedule('w1', 2);
    host.job(2).state = 'running';
    await w1.send({ action: 'PING' });
    await until(
      'START twice',
      () => w1.received.filter(([action, id]) => action === 'START' && id === '1').length === 2,
    );
    expect(w1.received.filter(([action]) => action === 'STATUS')).toEqual([['STATUS', '2']]);
    host.cancel(2);
    await until('CANCEL twice', () => w1.received.filter(([action]) => action === 'CANCEL').length === 2);
    host.job(2).state = 'running';
    w1.close();
    const again = own.connect();
    await again.send({ action: 'PING' });
    await until('STATUS again', () => again.has('STATUS', '2'));
  });

  it('may send lines again, out of order or for the job of another worker', async () => {
    const w1 = worker('w1').connect();
    await w1.hello();
    await until('HELLO_OK', () => w1.has('HELLO_OK'));
    host.schedule('w1', 3);
    host.schedule('other', 4);
    await w1.log({ jobId: 3, line: line('b'), index: 1 });
    await until('gap refused', () => w1.has('LOG_OK', '3', '0'));
    for (const [index, text] of ['a', 'b', 'c'].entries())
      await w1.log({ jobId: 3, line: line(text), index });
    await w1.log({ jobId: 3, line: line('different'), index: 1 });
    await w1.log({ jobId: 3, line: line('d'), index: 3 });
    await until('all', () => w1.has('LOG_OK', '3', '4'));
    expect(host.job(3).log).toEqual(['a', 'b', 'c', 'd'].map(line));
    await w1.log({ jobId: 4, line: line('mine'), index: 0 });
    await until('let go', () => w1.has('LOG_OK', '4', '1'));
    expect(host.job(4).log).toEqual([]);
  });

  it('may not send a description for the job of another worker: nothing of it is kept', async () => {
    const w1 = worker('w1').connect();
    await w1.hello();
    host.schedule('other', 6);
    const description = new Uint8Array(8_000_000).fill(0xfd);
    for (const jobId of [6, 600]) {
      await w1.send({ action: 'END', jobId, errors: 'x'.repeat(1_000_000), description });
      await until('END_OK', () => w1.has('END_OK', String(jobId)));
    }
    expect(host.job(6)).toMatchObject({ state: 'scheduled', end: null });
    expect(host.ended).toEqual([]);
  });

  it('numbers the lines of a stock lava-run and waits for the last one before the job ends', async () => {
    const w1 = worker('w1').connect();
    await w1.hello('2020.05');
    host.schedule('w1', 5);
    host.writeMs = 20;
    await w1.send({ action: 'END', jobId: 5, errors: '', description: packDescription('a: 1\n') });
    for (const text of ['a', 'b', 'c']) await w1.log({ jobId: 5, line: line(text), index: null });
    await until('END_OK', () => w1.has('END_OK', '5'));
    expect(host.job(5).log).toEqual(['a', 'b', 'c'].map(line));
    expect(w1.has('LOG_OK')).toBe(false);
  });

  it('cannot break the gateway with invalid messages', async () => {
    const w1 = worker('w1').connect();
    await w1.sendRaw([Uint8Array.of(0xff), 'x']);
    await w1.sendRaw(['END', '1']);
    await w1.sendRaw(['START', '1', '', '', '', '', '']);
    await w1.sendRaw(['END', '99', '', 'no xz']);
    await until('END_OK', () => w1.has('END_OK', '99'));
    expect(said.map(({ message }) => message)).toContain('a message was rejected');
  });
});

describe('a worker that does its worst', () => {
  it('fills neither the log nor the memory with unknown jobs, greetings and invalid messages', async () => {
    const w1 = worker('w1').connect();
    for (let count = 0; count < 300; count += 1) {
      await w1.hello(`${count}`);
      await w1.sendRaw([`NONSENSE ${count}`]);
    }
    await until('greetings', () => w1.received.filter(([action]) => action === 'HELLO_OK').length === 300);
    for (let jobId = 10; jobId < 10_000; jobId += 1) {
      await w1.log({ jobId, line: line('x'), index: jobId % 2 === 0 ? null : 0 });
    }
    await until('the last one is dropped', () => w1.has('LOG_OK', '9999', '1'));
    const count = (message: string) => said.filter((report) => report.message.startsWith(message)).length;
    expect(count('worker connected')).toBe(20);
    expect(count('a message was rejected')).toBe(100);
    expect(count('log lines were dropped')).toBe(20);
    expect(said.length).toBeLessThan(150);
  });

  it('has a limited number of jobs that wait for their END', async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warn);
    const w1 = worker('w1').connect();
    const end = async (jobId: number) =>
      w1.send({ action: 'END', jobId, errors: '', description: new Uint8Array() });
    for (let jobId = 1; jobId <= 151; jobId += 1) host.schedule('w1', jobId);
    // While lines are being stored, no job can end.
    let isStoring = false;
    let stored: () => void = () => undefined;
    host.appendLog = () => {
      isStoring = true;
      return new Promise((resolve) => {
        stored = () => {
          resolve(null);
        };
      });
    };
    await w1.log({ jobId: 999, line: line('x'), index: 0 });
    await until('a line is being stored', () => isStoring);
    for (let jobId = 1; jobId <= 150; jobId += 1) await end(jobId);
    await w1.send({ action: 'PING' });
    await until('all have arrived', () => w1.has('PONG'));
    stored();
    const ended = () => w1.received.filter(([action]) => action === 'END_OK').map(([, id]) => Number(id));
    await until('the first ones end', () => ended().length >= 100);
    await end(151);
    await until('the next one ends', () => ended().includes(151));
    const inOrder = ended().toSorted((one, other) => one - other);
    expect(inOrder).toEqual([...Array.from({ length: 100 }, (_, index) => index + 1), 151]);
    process.off('warning', warn);
    expect(warnings).toEqual([]);
  });

  it('has a limited size of the ENDs that wait, and of the errors in them', async () => {
    const w1 = worker('w1').connect();
    const end = (jobId: number): Promise<void> =>
      w1.send({ action: 'END', jobId, errors: 'x'.repeat(100_000), description: new Uint8Array(6_000_000) });
    for (let jobId = 1; jobId <= 3; jobId += 1) host.schedule('w1', jobId);
    let stored: () => void = () => undefined;
    let isStoring = false;
    host.appendLog = () => {
      isStoring = true;
      return new Promise((resolve) => {
        stored = () => {
          resolve(null);
        };
      });
    };
    await w1.log({ jobId: 999, line: line('x'), index: 0 });
    await until('a line is being stored', () => isStoring);
    for (let jobId = 1; jobId <= 3; jobId += 1) await end(jobId);
    await w1.send({ action: 'PING' });
    await until('all have arrived', () => w1.has('PONG'));
    stored();
    await until('the first two end', () => host.ended.length === 2);
    await end(3);
    await until('the third one ends', () => w1.has('END_OK', '3'));
    expect(host.ended.toSorted()).toEqual([1, 2, 3]);
    expect(host.job(1).end?.errors).toHaveLength(10_000);
  });

  it('has a limited number of connections', async () => {
    const { connect: join } = worker('w1');
    const opened = Array.from({ length: 10 }, join);
    for (const one of opened) await one.hello();
    const reported = (channel: string) =>
      said.some(
        ({ message, fields }) =>
          message === 'the worker has too many connections' && fields['channel'] === channel,
      );
    await until('a connection is closed', () => reported('control'));
    // Those of logs have another limit.
    await until('4 control connections and all for logs', () => gateway.connectionCount === 14);
    expect(reported('log')).toBe(false);
  });
});

describe('a flood of connections', () => {
  /** Opens a connection that sends nothing. */
  function open(port: number, localAddress: string): Socket {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    sockets.push(socket);
    return socket.on('error', () => undefined).resume();
  }
  let sockets: Socket[];
  let other: Gateway;
  beforeEach(() => {
    sockets = [];
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await other.stop();
  });

  it('from one address closes the oldest of that address, and of no other', async () => {
    other = await start(join(directory, 'master.key_secret'), { admitWithinMs: 60_000, maxStrangers: 20 });
    const calm = Array.from({ length: 5 }, () => open(other.controlPort, '127.0.0.1'));
    await until('the first ones wait', () => other.connectionCount === 5);
    const flood = Array.from({ length: 100 }, () => open(other.controlPort, '127.0.0.2'));
    const closed = (some: readonly Socket[]) => some.filter((socket) => socket.closed).length;
    await until('the flood is limited', () => closed(flood) === 85);
    expect(closed(calm)).toBe(0);
    expect(other.connectionCount).toBe(20);
  });

  it('cannot open more connections than the port accepts', async () => {
    other = await start(join(directory, 'master.key_secret'), { admitWithinMs: 60_000, maxConnections: 10 });
    const flood = Array.from({ length: 30 }, () => open(other.controlPort, '127.0.0.1'));
    await until('20 are closed', () => flood.filter((socket) => socket.closed).length === 20);
    expect(other.connectionCount).toBe(10);
    expect(said.map(({ message }) => message)).toEqual(['too many connections: new ones are closed']);
  });
});

describe('does not admit', () => {
  it('a key that does not belong to an applied worker; admits it once it is applied, without restarts', async () => {
    const keys = curveKeyPair();
    const stranger = client('w1', keys);
    await stranger.hello();
    await until('refusal', () => said.some(({ fields }) => fields['publicKey'] === keys.publicKey));
    expect(host.seen).toEqual([]);
    expect(stranger.received).toEqual([]);
    host.admit('w1', keys.publicKey);
    await until('HELLO_OK', () => stranger.has('HELLO_OK'));
  });

  it('a worker that claims to be another', async () => {
    worker('b');
    const a = curveKeyPair();
    host.admit('a', a.publicKey);
    const imposter = client('b', a);
    await imposter.hello();
    await until('closed', () => said.some(({ message }) => message.includes('claims to be another worker')));
    expect(host.seen).toEqual([]);
    host.schedule('b', 9);
    await imposter.log({ jobId: 9, line: line('forged'), index: 0 });
    await imposter.log({ jobId: 9, line: line('forged'), index: null });
    await until('dropped', () => said.some(({ message }) => message.startsWith('log lines were dropped')));
    expect(host.job(9).log).toEqual([]);
  });

  it('a worker whose certificate was withdrawn, immediately', async () => {
    const { keys, connect: join } = worker('w1');
    const w1 = join();
    await w1.hello();
    await until('HELLO_OK', () => w1.has('HELLO_OK'));
    host.withdraw(keys.publicKey);
    await until('closed', () => said.some(({ message }) => message.includes('withdrawn')));
    const before = host.seen.length;
    await w1.send({ action: 'PING' });
    await until('waits again', () => said.some(({ message }) => message.includes('no applied worker')));
    expect(host.seen).toHaveLength(before);
  });

  it('clients that send nothing, or do not use ZeroMQ: closes them in time, and limits their number', async () => {
    const sockets = Array.from({ length: 100 }, () => connect(gateway.controlPort, '127.0.0.1'));
    let closed = 0;
    for (const socket of sockets) {
      socket
        .on('error', () => undefined)
        .on('close', () => (closed += 1))
        .resume();
      socket.write('GET / HTTP/1.0\r\n\r\n');
    }
    const silent = connect(gateway.logPort, '127.0.0.1').on('close', () => (closed += 1));
    silent.on('error', () => undefined).resume();
    await until('all closed', () => closed === 101);
    expect(gateway.connectionCount).toBe(0);
    const w1 = worker('w1').connect();
    await w1.hello();
    await until('HELLO_OK', () => w1.has('HELLO_OK'));
  });
});

it('serves 200 workers behind one address that connect at once, also after a restart, and releases all resources', async () => {
  const descriptors = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
  const before = await descriptors();
  const restart = async (options: Partial<GatewayOptions>): Promise<void> => {
    await gateway.stop();
    gateway = await start(join(directory, 'master.key_secret'), { admitWithinMs: 60_000, ...options });
  };
  await restart({});
  const { controlPort, logPort } = gateway;
  const crowd = Array.from({ length: 200 }, (_, index) => worker(`w${index}`)).map((member) =>
    member.connect(),
  );
  for (let round = 0; round < 2; round += 1) {
    if (round > 0) await restart({ controlPort, logPort });
    for (const member of crowd) member.received.length = 0;
    // The HELLO of a connection that others displace would be lost: these clients send it once.
    for (const member of crowd) await member.hello();
    await until('all are greeted', () => crowd.every((member) => member.has('HELLO_OK')));
    await until('both channels', () => gateway.connectionCount === 400);
  }
  for (const member of crowd) member.close();
  clients = [];
  await until('all gone', () => gateway.connectionCount === 0);
  await until('descriptors given back', async () => (await descriptors()) <= before + 10);
  const [inner = ''] = (await readdir(directory)).filter((name) => name.startsWith('lavaflow-gateway-'));
  await until('socket files removed', async () => (await readdir(join(directory, inner))).length === 0);
});
