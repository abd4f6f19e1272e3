import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const mark = 'LAVAFLOW_TEST_RUN';
/** A master that a test kills cannot delete its directory of sockets: the next master on the machine does. */
const ofKilledMaster = /^lavaflow-gateway-\d+-/;
/** For processes that are about to end. */
const patienceMs = 10_000;

/**
 * Vitest's globalSetup: the run has its own temporary directory, and its processes have a mark in their environment.
 * Files and processes that remain at the end are leaks: they are reported and removed, and the run fails.
 */
export default function watchForLeftovers(): () => Promise<void> {
  const id = randomUUID();
  const before = process.env['TMPDIR'];
  // Short, because the path of a socket is limited to 107 bytes; open, because PostgreSQL runs as another user.
  const directory =
    (before === undefined ? inMemory() : null) ?? mkdtempSync(join(realpathSync(tmpdir()), 'lf-'));
  chmodSync(directory, 0o755);
  process.env[mark] = id;
  process.env['TMPDIR'] = directory;
  return async () => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    const deadline = performance.now() + patienceMs;
    let processes = processesOf(id);
    while (processes.length > 0 && performance.now() < deadline) {
      await wait(100);
      processes = processesOf(id);
    }
    const files = readdirSync(directory).filter((name) => !ofKilledMaster.test(name));
    for (const { pid } of processes) process.kill(pid, 'SIGKILL');
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
    const leaks = [
      ...processes.map(({ pid, command }) => `process ${pid}: ${command}`),
      ...files.map((name) => `file in the temporary directory: ${name}`),
    ];
    if (leaks.length === 0) return;
    process.stderr.write(`\nThe tests left behind:\n${leaks.map((leak) => `  - ${leak}\n`).join('')}`);
    process.exitCode = 1;
  };
}

/**
 * A new directory in memory: the tests create tens of thousands of small files, and on a disk each costs more than the
 * test that needs it. null if this machine has none that is large enough and may contain programs.
 */
function inMemory(): string | null {
  const base = '/dev/shm';
  const neededBytes = 4 * 1024 ** 3;
  try {
    const { bavail, bsize } = statfsSync(base);
    if (bavail * bsize < neededBytes) return null;
    const directory = mkdtempSync(join(base, 'lf-'));
    const script = join(directory, 'may-run');
    try {
      writeFileSync(script, '#!/bin/sh\n', { mode: 0o755 });
      execFileSync(script);
      rmSync(script);
      return directory;
    } catch {
      rmSync(directory, { recursive: true });
      return null;
    }
  } catch {
    return null; // no such directory, or not writable
  }
}

/** Processes with the mark of this run, other than this one and vitest's workers. Linux only. */
function processesOf(id: string): { readonly pid: number; readonly command: string }[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, 'utf8').includes(`${mark}=${id}`)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return command.includes('vitest') ? [] : [{ pid: Number(name), command }];
      } catch {
        return []; // it has ended meanwhile
      }
    });
}
