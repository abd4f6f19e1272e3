import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { startStockLava, type StockLava } from '../../support/stock-lava/start.js';
import { dictionaryPath } from '../validate-lab.js';
import { BenchLab } from './bench-lab.js';
import { startController } from './controller.js';
import { startCountingProxy } from './counting-proxy.js';
import { type Figures, timed } from './figures.js';
import { median, runOutside } from './outside.js';

const oneFileRounds = 5;
const executable = resolve('bin/lavaflow');

/** The limits that the project promises for 1,000 devices; other sizes are printed for comparison. */
const limits: Limits = { timesSync: 9, timesFirstSync: 5, oneFile: 0.5, requests: 30 };
const mostConnections = 20;

interface Limits {
  /** `drift` is this many times as fast as `manage sync` with nothing to do. */
  readonly timesSync?: number;
  /** `apply` of changed dictionaries is this many times as fast as the first `manage sync` of them. */
  readonly timesFirstSync?: number;
  readonly oneFile?: number;
  readonly requests?: number;
}

/**
 * Measures lavaflow on stock LAVA masters with these numbers of devices, in comparison with `lava-server manage
 * sync`.
 */
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
  const rounds = devices > 1000 ? 1 : 5;
  const lab = new BenchLab(directory);
  lab.writeForStock(devices);
  // `manage sync` reads the directory of dictionaries that lavaflow has written to.
  const lavaflow = (url: string, ...args: string[]) =>
    runOutside({
      command: process.execPath,
      args: [executable, ...args],
      cwd: directory,
      env: { BENCH_URL: url, BENCH_TOKEN: lava.token },
    });
  const apply = (url: string) => lavaflow(url, 'apply', '--yes');
  const drift = (url: string) => lavaflow(url, 'drift');
  const touchAll = (note: string): void => {
    for (let index = 0; index < devices; index++) lab.touch(index, note);
    lab.commit();
  };

  figures.add({ what: 'create everything', value: (await apply(lava.url)).seconds, unit: 's' });

  // Before `manage sync`, which may take devices out of service.
  figures.add({
    what: `one file, from commit to verified (median of ${oneFileRounds})`,
    value: await benchOneFile(lava, lab, directory),
    unit: 's',
    ...limit(most.oneFile),
  });

  const applied: number[] = [];
  const firstSyncs: number[] = [];
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    touchAll(`round ${round}`);
    applied.push((await apply(lava.url)).seconds);
    setSynced(true);
    firstSyncs.push((await manageSync(directory, devices)).seconds);
    setSynced(false);
  }
  const scans: number[] = [];
  const syncs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    scans.push((await drift(lava.url)).seconds);
    setSynced(true);
    syncs.push((await manageSync(directory, devices)).seconds);
    setSynced(false);
  }
  figures.add({
    what: `lavaflow drift (median of ${rounds})`,
    value: median(scans),
    unit: 's',
    peer: { name: 'manage sync with nothing to do', value: median(syncs), ...timesFaster(most.timesSync) },
  });
  figures.add({
    what: `lavaflow apply of ${devices} changed dictionaries, read back (median of ${applied.length})`,
    value: median(applied),
    unit: 's',
    peer: {
      name: 'the first manage sync of them',
      value: median(firstSyncs),
      ...timesFaster(most.timesFirstSync),
    },
  });

  const proxy = await startCountingProxy(lava.url);
  try {
    await drift(proxy.url);
    const idle = proxy.take();
    touchAll('counted');
    await apply(proxy.url);
    const busy = proxy.take();
    figures.add({
      what: 'requests of one drift',
      value: idle.requests,
      unit: 'requests',
      ...limit(most.requests),
    });
    figures.add({ what: 'writes when nothing changed', value: idle.writes, unit: 'writes', atMost: 0 });
    figures.add({ what: 'requests of that apply', value: busy.requests, unit: 'requests' });
    figures.add({
      what: 'concurrent connections',
      value: Math.max(idle.connections, busy.connections),
      unit: 'connections',
      atMost: mostConnections,
    });
  } finally {
    await proxy.stop();
  }
}

function limit(atMost: number | undefined): { atMost?: number } {
  return atMost === undefined ? {} : { atMost };
}

function timesFaster(atLeast: number | undefined): { atLeast?: number } {
  return atLeast === undefined ? {} : { atLeast };
}

/**
 * Seconds from `git commit` until the controller reports that the master has the change, which is then verified on
 * the master.
 */
async function benchOneFile(lava: StockLava, lab: BenchLab, directory: string): Promise<number> {
  const controller = startController(directory, ['main'], { BENCH_URL: lava.url, BENCH_TOKEN: lava.token });
  try {
    lab.touch(0, 'settle');
    await controller.settled(lab.commit());
    const rounds: number[] = [];
    for (let round = 0; round < oneFileRounds; round++) {
      lab.touch(7, `round ${round}`);
      lab.stage();
      rounds.push((await timed(() => controller.applied(lab.commitStaged()))).seconds);
      const held = await dictionaryOn(lava, 7);
      if (!held.includes(`round ${round}`)) throw new Error('reported as applied, but not on the master');
      await controller.settled(lab.head());
    }
    return median(rounds);
  } finally {
    await controller.stop();
  }
}

async function dictionaryOn({ url, token }: StockLava, index: number): Promise<string> {
  const device = basename(dictionaryPath(index), '.jinja2');
  const response = await fetch(new URL(`/api/v0.2/devices/${device}/dictionary/`, url), {
    headers: { Authorization: `Token ${token}` },
  });
  if (!response.ok) throw new Error(`the master responded with ${response.status} for ${device}`);
  return await response.text();
}

/** LAVA's own command, for the dictionaries on the master. */
async function manageSync(directory: string, devices: number): Promise<{ readonly seconds: number }> {
  const run = await runOutside({
    command: 'lava-server',
    args: ['manage', 'sync'],
    cwd: directory,
    env: debianEnvironment,
  });
  // It skips what it cannot render, which takes less time than synchronizing it, and succeeds all the same.
  const listed = run.stdout.split('\n').filter((line) => line.startsWith('* '));
  const synced = listed.filter((line) => !line.endsWith('[SKIP]'));
  if (synced.length !== devices)
    throw new Error(
      `manage sync synchronized ${synced.length} of ${devices} devices: ${run.stdout.slice(0, 500)}`,
    );
  return run;
}

/**
 * `manage sync` ignores devices that were created through the API, and `drift` adds a remark about those that it
 * created.
 */
function setSynced(isSynced: boolean): void {
  const sql = `UPDATE lava_scheduler_app_device SET is_synced = ${isSynced}`;
  const args = ['-u', 'postgres', '--', 'psql', '-q', '-d', 'lavaserver', '-c', sql];
  const { status, stderr } = spawnSync('runuser', args, {
    env: { ...process.env, ...debianEnvironment },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`psql: ${stderr}`);
}

/** LAVA requires Debian's python3, not another one earlier in PATH. */
const debianEnvironment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' };
