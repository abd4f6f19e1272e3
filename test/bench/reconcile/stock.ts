import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openLabRepository } from '../../../src/git/index.js';
import { loadLab, type LabSnapshot } from '../../../src/lab/index.js';
import { createMasterTarget } from '../../../src/lava/index.js';
import { isEmpty, noConsents } from '../../../src/plan/index.js';
import { detectDrift, reconcile, type ReconcileRequest } from '../../../src/reconcile/index.js';
import { openRecordStore } from '../../../src/records/index.js';
import { startStockLava, type StockLava } from '../../support/stock-lava.js';
import { dictionaryPath } from '../validate-lab.js';
import { BenchLab, masterFile, openPolicy } from './bench-lab.js';
import { startController } from './controller.js';
import { startCountingProxy } from './counting-proxy.js';
import { type Figures, timed } from './figures.js';

const oneFileRounds = 5;

/** What the project promises for 1,000 devices; other sizes are shown beside it. */
const limits: Limits = { scan: 1.5, apply: 4, oneFile: 0.5, requests: 30 };
const mostConnections = 20;

interface Limits {
  readonly scan?: number;
  readonly apply?: number;
  readonly oneFile?: number;
  readonly requests?: number;
}

/** Measures lavaflow on stock LAVA masters of these numbers of devices, beside `lava-server manage sync`. */
export async function benchStock(sizes: readonly number[], figures: Figures): Promise<void> {
  const lava = await startStockLava();
  const directory = mkdtempSync(join(tmpdir(), 'lavaflow-bench-'));
  try {
    for (const devices of sizes) {
      console.log(`stock LAVA, ${devices} devices`);
      await lava.reset();
      await benchSize(lava, devices, join(directory, String(devices)), figures);
    }
  } finally {
    await lava.stop();
    rmSync(directory, { recursive: true });
  }
}

async function benchSize(
  lava: StockLava,
  devices: number,
  directory: string,
  figures: Figures,
): Promise<void> {
  const most: Limits = devices === 1000 ? limits : {};
  const lab = new BenchLab(directory);
  const tokenFile = `${directory}.token`;
  writeFileSync(tokenFile, lava.token, { mode: 0o600 });
  const main = { name: 'main', url: lava.url, tokenFile, sites: ['north', 'east', 'south', 'west'] };
  lab.write(
    devices,
    Math.max(5, Math.round(devices / 30)),
    new Map([
      ['.gitignore', '.lavaflow/\n'],
      ['lab-config/lab.yaml', openPolicy],
      ['lab-config/masters/main.yaml', masterFile(main)],
    ]),
  );
  const request = (snapshot: LabSnapshot, url: string): ReconcileRequest =>
    requestOf(snapshot, url, lava, directory);
  const source = await openLabRepository(directory);
  const head = async (): Promise<LabSnapshot> => source.snapshot(await source.head());

  const first = request(await head(), lava.url);
  const created = await timed(() => reconcile(first));
  const notDone = created.result.outcomes.filter(({ status }) => status !== 'done');
  if (notDone.length > 0) throw new Error(`not created: ${JSON.stringify(notDone.slice(0, 3))}`);
  figures.add({ what: 'create everything', value: created.seconds, unit: 's' });

  const scans = [];
  for (let round = 0; round < 3; round++) scans.push(await timed(() => detectDrift(first)));
  const scan = scans.reduce((a, b) => (a.seconds < b.seconds ? a : b));
  if (!isEmpty(scan.result.plan)) throw new Error('there is drift where nobody made any');

  const proxy = await startCountingProxy(lava.url);
  try {
    const counted = request(await head(), proxy.url);
    await reconcile(counted);
    const idle = proxy.take();
    for (let index = 0; index < devices; index++) lab.touch(index, 'second');
    lab.commit();
    await reconcile(request(await head(), proxy.url));
    const busy = proxy.take();

    for (let index = 0; index < devices; index++) lab.touch(index, 'third');
    lab.commit();
    const third = request(await head(), lava.url);
    const applied = await timed(() => reconcile(third));
    const changed = applied.result.outcomes.filter(({ status }) => status === 'done').length;
    if (changed !== devices) throw new Error(`${changed} of ${devices} dictionaries changed`);
    const oneFile = await benchOneFile(lava, lab, directory);
    const peer = benchManageSync(directory);

    figures.add({
      what: 'full drift scan',
      value: scan.seconds,
      unit: 's',
      ...limit(most.scan),
      peer: { name: 'manage sync with nothing to do', value: peer },
    });
    figures.add({
      what: 'requests of a scan',
      value: idle.requests,
      unit: 'requests',
      ...limit(most.requests),
    });
    figures.add({ what: 'writes when nothing changed', value: idle.writes, unit: 'writes', atMost: 0 });
    figures.add({
      what: `apply ${devices} changed dictionaries, read back`,
      value: applied.seconds,
      unit: 's',
      ...limit(most.apply),
    });
    figures.add({ what: 'requests of that apply', value: busy.requests, unit: 'requests' });
    figures.add({
      what: 'connections at a time',
      value: Math.max(idle.connections, busy.connections),
      unit: 'connections',
      atMost: mostConnections,
    });
    figures.add({
      what: `one file, from commit to verified (median of ${oneFileRounds})`,
      value: oneFile,
      unit: 's',
      ...limit(most.oneFile),
    });
  } finally {
    await proxy.stop();
  }
}

function limit(atMost: number | undefined): { atMost?: number } {
  return atMost === undefined ? {} : { atMost };
}

function requestOf(snapshot: LabSnapshot, url: string, lava: StockLava, directory: string): ReconcileRequest {
  const { lab, findings } = loadLab(snapshot.files);
  const desired = lab?.desired.get('main');
  if (lab === null || desired === undefined)
    throw new Error(`the lab has findings: ${JSON.stringify(findings[0])}`);
  return {
    target: createMasterTarget({ url, token: lava.token }),
    desired,
    records: openRecordStore(join(directory, '.lavaflow', 'records')),
    policy: lab.policy,
    mode: desired.master.mode,
    revision: { repository: directory, revision: snapshot.revision },
    consents: noConsents,
  };
}

/** Seconds from `git commit` to the controller's word that the master holds it, which is then asked whether it does. */
async function benchOneFile(lava: StockLava, lab: BenchLab, directory: string): Promise<number> {
  const controller = startController(directory, ['main']);
  try {
    lab.touch(0, 'settle');
    await controller.settled(lab.commit());
    const rounds: number[] = [];
    for (let round = 0; round < oneFileRounds; round++) {
      lab.touch(7, `round ${round}`);
      lab.stage();
      rounds.push((await timed(() => controller.applied(lab.commitStaged()))).seconds);
      const held = await dictionaryOn(lava, 7);
      if (!held.includes(`round ${round}`)) throw new Error('said to be applied, and not on the master');
      await controller.settled(lab.head());
    }
    return rounds.sort((a, b) => a - b)[Math.floor(oneFileRounds / 2)] ?? Number.NaN;
  } finally {
    await controller.stop();
  }
}

async function dictionaryOn({ url, token }: StockLava, index: number): Promise<string> {
  const device = basename(dictionaryPath(index), '.jinja2');
  const response = await fetch(new URL(`/api/v0.2/devices/${device}/dictionary/`, url), {
    headers: { Authorization: `Token ${token}` },
  });
  if (!response.ok) throw new Error(`the master answers ${response.status} for ${device}`);
  return await response.text();
}

/** Seconds of LAVA's own command for the same devices, when it has nothing to do. */
function benchManageSync(directory: string): number {
  // What was made through the API does not count as synced, and would be left alone.
  const sql = 'UPDATE lava_scheduler_app_device SET is_synced = true';
  run('runuser', ['-u', 'postgres', '--', 'psql', '-q', '-d', 'lavaserver', '-c', sql], directory);
  run('lava-server', ['manage', 'sync'], directory);
  const start = performance.now();
  run('lava-server', ['manage', 'sync'], directory);
  return (performance.now() - start) / 1000;
}

function run(command: string, args: readonly string[], cwd: string): void {
  // LAVA needs Debian's python3, not another one earlier on PATH.
  const env = { ...process.env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };
  const { status, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}
