/** The worst that one client can do, as far as we know. Each function runs forever. */
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeXz } from '../../../src/wire/xz.js';
import { readPublicCertificate, readSecretCertificate } from '../../../src/wire/index.js';
import { encodeCall } from '../../../src/xml-rpc/index.js';
import { definition } from '../../support/master/small-lab.js';
import { WireClient } from '../../support/master/wire-client.js';
import type { Target } from './target.js';

const MiB = 1024 * 1024;
/** The connections that one client uses at once. */
const connections = 8;

/** Runs the same request over and over on several connections, whatever the response is. */
async function repeat(send: () => Promise<Response>): Promise<never> {
  const loops = Array.from({ length: connections }, async (): Promise<never> => {
    for (;;) {
      try {
        await (await send()).text();
      } catch {
        // The master closed the connection.
      }
      // A client that only waits for 429 attacks nobody.
      await sleep(5);
    }
  });
  return await Promise.race(loops);
}

function post(url: string, body: string | Buffer, headers: Record<string, string>): () => Promise<Response> {
  return () => fetch(url, { method: 'POST', headers, body });
}

const xml = { 'content-type': 'text/xml' };
const basic = ({ admin }: Target): Record<string, string> => ({
  ...xml,
  authorization: `Basic ${Buffer.from(`admin:${admin}`).toString('base64')}`,
});
const brackets = (length: number): string => '[ '.repeat(length / 2);
const validate = (text: string): string => encodeCall('scheduler.jobs.validate', [text]);

/** Chunks of LZMA that each reset the largest tables for one byte: 12 bytes cost as much as 14,000 steps. */
function bomb(bytes: number): Uint8Array {
  const chunk = Buffer.from([0xe0, 0, 0, 0, 5, 4, 0, 0, 0, 0, 0, 0]);
  const good = Buffer.from(encodeXz(Buffer.from('a')));
  const chunks = Array<Buffer>(Math.floor(bytes / chunk.length)).fill(chunk);
  return Buffer.concat([good.subarray(0, 24), ...chunks, good]);
}

async function workerOf({ control, logs, certificateFile, workerKeyFile }: Target): Promise<WireClient> {
  const { publicKey } = await readPublicCertificate(certificateFile);
  const port = (endpoint: string): number => Number(new URL(endpoint).port);
  const worker = new WireClient(
    'w1',
    await readSecretCertificate(workerKeyFile),
    publicKey,
    port(control),
    port(logs),
  );
  await worker.hello();
  return worker;
}

export const attacks = {
  'a body of 31 MiB without a token': (target: Target) =>
    repeat(post(`${target.url}/RPC2`, Buffer.alloc(31 * MiB, '<'), xml)),

  'validation without a token, many in one call': (target: Target) =>
    repeat(
      post(
        `${target.url}/RPC2`,
        encodeCall('system.multicall', [
          Array.from({ length: 20 }, () => ({
            methodName: 'scheduler.jobs.validate',
            params: [brackets(2_900)],
          })),
        ]),
        xml,
      ),
    ),

  'YAML without a token': (target: Target) =>
    repeat(post(`${target.url}/RPC2`, validate(brackets(60 * 1024)), xml)),

  'YAML with a token': (target: Target) =>
    repeat(post(`${target.url}/RPC2`, validate(brackets(MiB)), basic(target))),

  'XML with a token': (target: Target) =>
    repeat(
      post(
        `${target.url}/RPC2`,
        encodeCall('system.multicall', [Array.from({ length: 45_000 }, () => 1)]).replace(
          '<params>',
          '<!-- --><params>',
        ),
        basic(target),
      ),
    ),

  'calls with a token': (target: Target) =>
    repeat(
      post(
        `${target.url}/RPC2`,
        encodeCall('system.multicall', [
          Array.from({ length: 9_000 }, () => ({ methodName: 'scheduler.devices.list', params: [] })),
        ]),
        basic(target),
      ),
    ),

  async 'END with crafted LZMA'(target: Target): Promise<never> {
    const worker = await workerOf(target);
    const description = bomb(5 * MiB);
    const ended = new Set<number>();
    for (;;) {
      // Of another worker.
      await worker.send({ action: 'END', jobId: 999_999, errors: '', description });
      await fetch(`${target.url}/api/v0.2/jobs/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Token ${target.admin}` },
        body: JSON.stringify({ definition }),
      });
      for (const [action, id] of worker.received.splice(0)) {
        const jobId = Number(id);
        if (action !== 'START' || ended.has(jobId)) continue;
        ended.add(jobId);
        await worker.send({ action: 'START_OK', jobId });
        await worker.send({ action: 'END', jobId, errors: '', description });
      }
      await sleep(50);
    }
  },

  async 'log lines of unknown jobs'(target: Target): Promise<never> {
    const worker = await workerOf(target);
    for (let jobId = 1_000_000; ; jobId += 1) {
      await worker.log({ jobId, line: '{"lvl": "info", "msg": "x"}', index: jobId % 2 === 0 ? null : 0 });
    }
  },

  async 'log lines that are not JSON'(target: Target): Promise<never> {
    const worker = await workerOf(target);
    const line = brackets(60 * 1024);
    await fetch(`${target.url}/api/v0.2/jobs/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Token ${target.admin}` },
      body: JSON.stringify({ definition }),
    });
    let jobId = 1;
    for (let index = 0; ; index += 1) {
      const started = worker.received.findLast(([action]) => action === 'START');
      if (started !== undefined) jobId = Number(started[1]);
      await worker.log({ jobId, line, index });
      if (index % 20 === 0) await sleep(10);
    }
  },
} satisfies Record<string, (target: Target) => Promise<never>>;

export type AttackName = keyof typeof attacks;
