/**
 * Control groups, version 2 (cgroups(7)): a process cannot leave its group without the right to write to another one, so that
 * the kernel can end everything that it has started.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { hasCode } from '../errno.js';
import { runProgram } from './stream-program.js';

/**
 * Where the group of a process is in the file system.
 * @param mounts the text of /proc/PID/mountinfo
 * @param groups the text of /proc/PID/cgroup
 * @returns null if version 2 is not mounted
 */
export function cgroupDirectory(mounts: string, groups: string): string | null {
  const path = /^0::(\/.*)$/m.exec(groups)?.[1];
  if (path === undefined) return null;
  for (const line of mounts.split('\n')) {
    const [mount = '', type = ''] = line.split(' - ');
    const [, , , root = '', point = ''] = mount.split(' ');
    if (!type.startsWith('cgroup2 ')) continue;
    const base = root === '/' ? '' : root;
    if (path === base || path.startsWith(`${base}/`)) return join(point, path.slice(base.length));
  }
  return null;
}

/**
 * The group of this process, if it can have groups in it: as root, or if systemd delegates it (`Delegate=yes`).
 * It is tried out.
 * @returns null if it cannot, or if the kernel cannot end all processes of a group (before Linux 5.14)
 */
export async function findUsableCgroup(): Promise<string | null> {
  const own = ownCgroup();
  if (own === null) return null;
  const probe = join(own, `lavaflow-probe-${process.pid}`);
  try {
    await mkdir(probe);
  } catch {
    return null;
  }
  try {
    if (!existsSync(join(probe, killFile))) return null;
    const [program, ...words] = commandInCgroup(probe, ['cat', '/proc/self/cgroup']);
    const groups = await runProgram(program, words, { timeoutMs: probeMs, cwd: '/' });
    return groups.includes(`/${basename(probe)}\n`) ? own : null;
  } catch {
    return null;
  } finally {
    await removeCgroup(probe);
  }
}

const killFile = 'cgroup.kill';
const probeMs = 30_000;

function ownCgroup(): string | null {
  try {
    const [mounts, groups] = ['mountinfo', 'cgroup'].map((name) =>
      readFileSync(`/proc/self/${name}`, 'latin1'),
    );
    return cgroupDirectory(mounts ?? '', groups ?? '');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EACCES')) return null;
    throw error;
  }
}

/** A command line that enters a group, which must exist, and then becomes `command`. If it cannot enter it, it reports that and continues. */
export function commandInCgroup(
  directory: string,
  command: readonly string[],
): readonly [string, ...string[]] {
  return ['/bin/sh', '-c', 'echo 0 >"$0/cgroup.procs"; exec "$@"', directory, ...command];
}

/** @returns false if it cannot be created, for example because the group above it is gone */
export async function makeCgroup(directory: string): Promise<boolean> {
  try {
    await mkdir(directory);
    return true;
  } catch (error) {
    return hasCode(error, 'EEXIST');
  }
}

/** Kills all processes of a group and of the groups in it. @returns whether some have not ended yet */
export async function killCgroup(directory: string): Promise<boolean> {
  try {
    await writeFile(join(directory, killFile), '1', { flag: 'r+' });
    return /^populated 1$/m.test(await readFile(join(directory, 'cgroup.events'), 'latin1'));
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENODEV')) return false;
    throw error;
  }
}

/** Removes a group without processes, and the groups in it. */
export async function removeCgroup(directory: string): Promise<void> {
  try {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      if (entry.isDirectory()) await removeCgroup(join(directory, entry.name));
    }
    await rmdir(directory);
  } catch (error) {
    // An empty group that cannot be removed does no harm.
    if (!hasCode(error, 'ENOENT', 'EBUSY', 'EACCES', 'EPERM', 'EROFS', 'ENODEV')) throw error;
  }
}
