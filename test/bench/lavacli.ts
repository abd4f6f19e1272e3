/**
 * Compares lavaflow with lavacli 3.1 on the same stock LAVA 2026.10 with 1,000 devices, as whole processes: `lavaflow
 * import` with `lavacli lab import`, and `lavaflow plan` of the result with `lavacli lab apply --dry-run`. Run it as
 * root with `npm run bench:lavacli [-- DEVICES]`, after `bash test/support/stock-lava/install.sh 2026.10`. lavacli needs
 * minutes. Exits with 1 if lavaflow is not as many times as fast as the project promises.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startStockLava } from '../support/stock-lava/start.js';
import { stockReleaseOf } from '../support/stock-lava/releases.js';
import { BenchLab } from './reconcile/bench-lab.js';
import { Figures } from './reconcile/figures.js';
import { median, runOutside } from './reconcile/outside.js';

const release = '2026.10';
const rounds = 5;
const executable = resolve('bin/lavaflow');
/** Since 2023.08, a template needs a device type of its name. */
const families = ['base', 'uboot', 'grub', 'fastboot', 'ipxe', 'barebox', 'depthcharge', 'efi', 'qemu'];

const devices = Number(process.argv[2] ?? 1000);
const figures = new Figures();
const { root } = stockReleaseOf(release);
useDatabase('localhost', 25_026);
const lava = await startStockLava(release);
const directory = mkdtempSync(join(tmpdir(), 'lavaflow-bench-'));
/** A path in the system in which lavacli runs. */
const lavacliDirectory = `/var/tmp/lavaflow-bench-${process.pid}`;
try {
  await fill();
  const { imports, plans } = await measureLavaflow();
  console.log(`${devices} devices on LAVA ${release}`);
  const exported = await lavacli('lab', 'import', `${lavacliDirectory}/lab.yaml`);
  figures.add({
    what: `lavaflow import (median of ${rounds})`,
    value: median(imports),
    unit: 's',
    peer: { name: 'lavacli lab import', value: exported.seconds, atLeast: 15 },
  });
  const applied = await lavacli('lab', 'apply', '--dry-run', `${lavacliDirectory}/lab.yaml`);
  if (applied.stdout.includes('->')) throw new Error(`lavacli found changes: ${applied.stdout}`);
  figures.add({
    what: `lavaflow plan (median of ${rounds})`,
    value: median(plans),
    unit: 's',
    peer: { name: 'lavacli lab apply --dry-run', value: applied.seconds, atLeast: 50 },
  });
} finally {
  await lava.stop();
  rmSync(directory, { recursive: true });
  rmSync(join(root, lavacliDirectory), { recursive: true, force: true });
  useDatabase('/run/postgresql', 5432);
}
if (figures.over.length > 0) process.exitCode = 1;

/**
 * Sets how LAVA connects to its database, once per request. Debian's package uses TCP, with TLS, which costs more than the
 * rest of a small request. For tests, install.sh has chosen a Unix socket instead.
 */
function useDatabase(host: string, port: number): void {
  const settings = join(root, 'etc/lava-server/settings.d/00-database.yaml');
  const lines = readFileSync(settings, 'utf8')
    .split('\n')
    .filter((line) => !/^ *(HOST|PORT):|^$/.test(line));
  writeFileSync(settings, [...lines, `    HOST: ${host}`, `    PORT: ${port}`, ''].join('\n'));
  const [version = ''] = readdirSync(join(root, 'etc/postgresql'));
  const isTcp = !host.startsWith('/');
  for (const [name, value] of [
    ['listen_addresses', isTcp ? host : ''],
    ['port', String(port)],
  ] as const)
    execFileSync('chroot', [root, '/usr/bin/pg_conftool', version, 'main', 'set', name, value]);
}

function lavaflow(cwd: string, ...args: readonly string[]) {
  return runOutside({
    command: process.execPath,
    args: [executable, ...args],
    cwd,
    env: { BENCH_URL: lava.url, BENCH_TOKEN: lava.token },
  });
}

/** In the Debian system of that LAVA. */
function lavacli(...args: readonly string[]) {
  mkdirSync(join(root, lavacliDirectory), { recursive: true });
  const uri = new URL('/RPC2', lava.url);
  uri.username = 'admin';
  uri.password = lava.token;
  return runOutside({
    command: 'chroot',
    args: [root, '/usr/bin/lavacli', '--uri', uri.href, ...args],
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
  });
}

/** Creates the objects of the lab that the other benchmarks use. */
async function fill(): Promise<void> {
  const lab = new BenchLab(join(directory, 'source'));
  lab.writeForStock(
    devices,
    families.map(
      (name) => [`device-types/bench-${name}.yaml`, 'kind: DeviceType\ndisplay: false\n'] as const,
    ),
  );
  await lavaflow(lab.directory, 'apply', '--yes');
}

async function measureLavaflow(): Promise<{ imports: number[]; plans: number[] }> {
  const imports: number[] = [];
  const plans: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const lab = join(directory, `imported-${round}`);
    const words = ['import', '--master', lava.url, '--token-env', 'BENCH_TOKEN', '--name', 'main', lab];
    imports.push((await lavaflow(directory, ...words)).seconds);
    // Exits with 0 only if the imported lab is what the master has.
    plans.push((await lavaflow(lab, 'plan')).seconds);
  }
  return { imports, plans };
}
