import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { workerPath } from '../validate-lab.js';
import { BenchLab, masterFile, openPolicy } from './bench-lab.js';
import { startController } from './controller.js';
import { type Figures, timed } from './figures.js';

const deviceCount = 10_000;
const masterCount = 20;
const workerCount = 40;
const typeCount = 300;
const limits = { seconds: 60, megabytes: 512 };

/** One controller, and 10,000 devices on 20 embedded masters. */
export async function benchFleet(figures: Figures): Promise<void> {
  console.log(`lavaflow, ${deviceCount} devices on ${masterCount} masters`);
  const directory = mkdtempSync(join(tmpdir(), 'lavaflow-bench-'));
  const masters = await startMasters(join(directory, 'masters'));
  try {
    const lab = new BenchLab(join(directory, 'lab'));
    lab.write(deviceCount, typeCount, fleetFiles(masters.addresses));
    const revision = lab.head();
    const names = masters.addresses.map((_, index) => masterName(index));
    const first = startController(lab.directory, names);
    try {
      const cold = await timed(() => first.settled(revision));
      figures.add({
        what: 'from empty to all verified',
        value: cold.seconds,
        unit: 's',
        atMost: limits.seconds,
      });
      for (let index = 0; index < deviceCount; index++) lab.touch(index, 'second');
      const second = await timed(() => first.settled(lab.commit()));
      figures.add({
        what: 'all dictionaries changed',
        value: second.seconds,
        unit: 's',
        atMost: limits.seconds,
      });
      lab.touch(7, 'third');
      const third = await timed(() => first.settled(lab.commit()));
      figures.add({
        what: 'one dictionary changed',
        value: third.seconds,
        unit: 's',
        atMost: limits.seconds,
      });
      figures.add({
        what: 'peak memory of the controller',
        value: first.peakMegabytes(),
        unit: 'MB',
        atMost: limits.megabytes,
      });
    } finally {
      await first.stop();
    }
  } finally {
    await masters.stop();
    rmSync(directory, { recursive: true });
  }
}

interface Address {
  readonly url: string;
  readonly tokenFile: string;
}

async function startMasters(
  directory: string,
): Promise<{ readonly addresses: readonly Address[]; stop(): Promise<void> }> {
  mkdirSync(directory, { recursive: true });
  const script = fileURLToPath(new URL('masters-process.js', import.meta.url));
  const child = spawn(process.execPath, [script, directory, String(masterCount)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    addresses: JSON.parse(line) as Address[],
    async stop() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** Each master serves its own site, and each site has two of the workers. */
function fleetFiles(addresses: readonly Address[]): Map<string, string | null> {
  const files = new Map<string, string | null>([
    ['.gitignore', '.lavaflow/\n'],
    ['lab-config/lab.yaml', openPolicy],
    ['lab-config/masters/main.yaml', null],
  ]);
  for (const [index, address] of addresses.entries()) {
    const name = masterName(index);
    const site = `site-${index}`;
    files.set(`lab-config/masters/${name}.yaml`, masterFile({ name, ...address, sites: [site] }));
    files.set(`lab-config/sites/${site}.yaml`, `kind: Site\nowners: ['@org/${site}']\n`);
  }
  for (let index = 0; index < workerCount; index++) {
    files.set(workerPath(index), `kind: Worker\nsite: site-${index % masterCount}\njobLimit: 40\n`);
  }
  return files;
}

function masterName(index: number): string {
  return `master-${index}`;
}
