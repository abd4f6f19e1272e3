import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { ExternalError, reasonOf } from '../../diagnostics/index.js';
import { hasCode, readRegular } from '../../host/index.js';
import { maxFileBytes, type LabFile, type LabSnapshot } from '../../lab/index.js';
import { labDirectories } from './lab-directories.js';
import { ReadBudget } from './limits.js';
import { decodeName } from './names.js';
import { listIgnored } from './tracked.js';

/** The revision of a snapshot that is not a commit. */
const workingTreeRevision = 'working-tree';
const parallelReads = 16;

/**
 * The lab as it is in a directory, committed or not, in a git repository or not. Links are reported, never
 * followed. Files that git ignores are left out, because a commit would not contain them either.
 * @param options.withIgnored also read ignored files: for a local layer, which is in an ignored directory
 * @throws ExternalError when the directory or anything in it cannot be read
 */
export async function readWorkingTree(
  directory: string,
  options: { readonly withIgnored?: boolean } = {},
): Promise<LabSnapshot> {
  const root = Buffer.from(directory);
  await expectDirectory(directory);
  const ignored = options.withIgnored === true ? new Set<string>() : await listIgnored(directory);
  const budget = new ReadBudget(directory);
  const found: Found[] = [];
  for (const name of labDirectories) await walk(root, Buffer.from(name), { ignored, found });
  const files = new Map<string, LabFile>();
  await inParallel(found, async ({ path, stats }) => {
    budget.spend(stats.isFile() && stats.size <= maxFileBytes ? stats.size : 0);
    const file = await readEntry(join(root, path), stats);
    if (file !== null) files.set(decodeName(path), file);
  });
  const sorted = [...files].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return { revision: workingTreeRevision, files: new Map(sorted) };
}

interface Found {
  readonly path: Buffer;
  readonly stats: Stats;
}

async function expectDirectory(directory: string): Promise<void> {
  const stats = await attempt(directory, () => lstat(`${directory}/.`));
  if (stats?.isDirectory() === true) return;
  throw new ExternalError({
    what: 'read the lab',
    where: directory,
    why: 'it is not a directory',
    retry: 'after-change',
    hint: 'Specify the lab with --lab DIR.',
  });
}

interface Walk {
  readonly ignored: ReadonlySet<string>;
  readonly found: Found[];
}

async function walk(root: Buffer, path: Buffer, into: Walk): Promise<void> {
  const full = join(root, path);
  const stats = await attempt(full, () => lstat(full));
  // It was removed after it was listed, or this lab does not have this directory.
  if (stats === null || into.ignored.has(path.toString('latin1'))) return;
  if (!stats.isDirectory()) {
    into.found.push({ path, stats });
    return;
  }
  const entries = (await attempt(full, () => readNames(full))) ?? [];
  // A repository inside the lab is a submodule for git: one entry, without its files.
  if (entries.some((name) => name.equals(Buffer.from('.git')))) {
    into.found.push({ path, stats });
    return;
  }
  for (const name of entries) await walk(root, join(path, name), into);
}

async function readNames(full: Buffer): Promise<Buffer[]> {
  const entries: Dirent<Buffer>[] = await readdir(full, { withFileTypes: true, encoding: 'buffer' });
  return entries.map((entry) => entry.name);
}

/** Null if it was removed after it was listed. */
async function readEntry(full: Buffer, stats: Stats): Promise<LabFile | null> {
  if (stats.isSymbolicLink()) {
    const target = await attempt(full, () => readlink(full, 'buffer'));
    return target === null ? null : { type: 'symlink', target: decodeName(target) };
  }
  if (!stats.isFile()) return { type: 'other' };
  if (stats.size > maxFileBytes) return { type: 'oversized', size: stats.size };
  return attempt(full, () => readContent(full));
}

async function readContent(full: Buffer): Promise<LabFile> {
  // A link or a pipe may have replaced the file since it was checked.
  const { content, status } = await readRegular(full, ({ size }) => size <= maxFileBytes);
  if (content !== null) return { type: 'file', content: new Uint8Array(content) };
  return status.isFile() ? { type: 'oversized', size: status.size } : { type: 'other' };
}

/** Null if it does not exist; any other failure is an error, because a file that cannot be read is not absent. */
async function attempt<T>(full: Buffer | string, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw new ExternalError({
      what: 'read the lab',
      where: typeof full === 'string' ? full : decodeName(full),
      why: reasonOf(error),
      retry: hasCode(error, 'EMFILE', 'EIO') ? 'soon' : 'after-change',
      cause: error,
    });
  }
}

async function inParallel<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  async function work(): Promise<void> {
    for (const item of queue) await task(item);
  }
  await Promise.all(Array.from({ length: parallelReads }, work));
}

function join(a: Buffer, b: Buffer): Buffer {
  return Buffer.concat([a, Buffer.from('/'), b]);
}
