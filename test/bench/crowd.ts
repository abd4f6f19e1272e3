/**
 * Measures what all other clients notice while one client does its worst to the embedded master: the time until a small
 * request is answered, without the time in which the master and this process waited for a processor. The master is a
 * process (`bin/lavaflow master`), and so is the attacker (crowd/attacker.ts). Run it with
 * `npm run bench:crowd [-- ATTACK...]`. Exits with 1 if a figure exceeds its limit.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCertificate } from '../../src/wire/index.js';
import { smallLab } from '../support/master/small-lab.js';
import { attacks, type AttackName } from './crowd/attacks.js';
import type { Target } from './crowd/target.js';
import { Figures } from './reconcile/figures.js';

/** The promise is for a machine with a core for the master and one for everyone else. */
const limitMs = 200;
const requestsPerAttack = 200;
/** npm runs its scripts in the package's directory. */
const root = resolve('.');

async function startMaster(stateDir: string) {
  const anyPorts = ['--listen', '--control', '--logs'].flatMap((option) => [option, '127.0.0.1:0']);
  const args = [join(root, 'bin/lavaflow'), 'master', '--state', stateDir, ...anyPorts];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ready: Record<string, string> = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [name = '', value = ''] = line.split(' ');
    ready[name] = value;
    if (name === 'ready') return { child, ready };
  }
  throw new Error('the master ended before it was ready');
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

const agent = new Agent({ keepAlive: true });

/** The time until the response to a small request is complete, in milliseconds. */
async function answerMs({ url, reconciler }: Target): Promise<number> {
  const startedAtMs = performance.now();
  await new Promise<void>((done, failed) => {
    const sent = request(
      `${url}/api/v0.2/devices/?limit=1`,
      { agent, headers: { authorization: `Token ${reconciler}` } },
      (response) => {
        if (response.statusCode !== 200) failed(new Error(`status ${response.statusCode ?? 0}`));
        response.on('end', done).on('error', failed).resume();
      },
    );
    sent.on('error', failed).end();
  });
  return performance.now() - startedAtMs;
}

/** How long the main thread of a process has waited for a processor, in milliseconds. */
function waitedMs(pid: number): number {
  const [, waitedNs = '0'] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
  return Number(waitedNs) / 1e6;
}

async function measure(
  target: Target,
  masterPid: number,
): Promise<{ median: number; p99: number; most: number }> {
  const times: number[] = [];
  for (let count = 0; count < requestsPerAttack; count += 1) {
    const before = [masterPid, process.pid].map((pid) => [pid, waitedMs(pid)] as const);
    const ms = await answerMs(target);
    times.push(Math.max(0, ms - Math.max(...before.map(([pid, waited]) => waitedMs(pid) - waited))));
    await sleep(15);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? Number.NaN;
  return { median: at(0.5), p99: at(0.99), most: at(1) };
}

const directory = mkdtempSync(join(tmpdir(), 'lavaflow-crowd-'));
const { child: master, ready } = await startMaster(join(directory, 'state'));
const figures = new Figures();
try {
  const worker = await createCertificate(directory, 'w1');
  const text = (name: string): string => readFileSync(ready[name] ?? '', 'utf8').trim();
  const target: Target = {
    url: ready['url'] ?? '',
    control: ready['control'] ?? '',
    logs: ready['logs'] ?? '',
    admin: text('adminTokenFile'),
    reconciler: text('reconcilerTokenFile'),
    certificateFile: ready['certificateFile'] ?? '',
    workerKeyFile: worker.secretFile,
  };
  const certificate = readFileSync(worker.publicFile, 'utf8');
  const changes = smallLab.map((change) =>
    change.kind === 'worker' ? { ...change, fields: { ...change.fields, certificate } } : change,
  );
  const applied = await fetch(`${target.url}/api/lavaflow/v1/revisions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Token ${target.reconciler}` },
    body: JSON.stringify({ repository: 'bench', revision: '1', fingerprint: '1', changes }),
  });
  if (!applied.ok) throw new Error(await applied.text());
  const chosen = process.argv.slice(2);
  const names = Object.keys(attacks).filter((name) => chosen.length === 0 || chosen.includes(name));
  const pid = master.pid ?? 0;
  await measure(target, pid);
  console.log(`${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1) ?? ''}; other requests`);
  const calm = await measure(target, pid);
  for (const name of names as AttackName[]) {
    const attacker = spawn(
      process.execPath,
      [join(import.meta.dirname, 'crowd/attacker.js'), name, JSON.stringify(target)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(attacker.stdout, 'data');
    const { median, p99, most } = await measure(target, pid);
    if (attacker.exitCode !== null) throw new Error(`the attack ended: ${name}`);
    await end(attacker, 'SIGKILL');
    // What the master still has to read belongs to this attack.
    await sleep(1000);
    const peer = (value: number) => ({ name: 'without an attack', value });
    figures.add({ what: `${name}, median`, value: median, unit: 'ms', peer: peer(calm.median) });
    figures.add({
      what: `${name}, 99th percentile`,
      value: p99,
      unit: 'ms',
      atMost: limitMs,
      peer: peer(calm.p99),
    });
    figures.add({ what: `${name}, maximum`, value: most, unit: 'ms', peer: peer(calm.most) });
  }
} finally {
  agent.destroy();
  await end(master, 'SIGTERM');
  rmSync(directory, { recursive: true });
}
if (figures.over.length > 0) {
  console.log(`over the limit: ${figures.over.join('; ')}`);
  process.exitCode = 1;
}
