import { watch as watchFile, type FSWatcher } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Watches the files in which a repository says where its branches are, without running git until one has changed.
 *
 * States: waiting -> settling -> checking -> waiting.
 * - waiting: directories are watched (inotify), and once a second the files are looked at as well, for file systems
 *   that tell nothing and for the moment between a directory's replacement and its being watched again.
 * - settling: something happened; git writes several files in a row, so wait until it is quiet.
 * - checking: compare the files with how they were; only when they differ, ask git for the revision.
 * A check that fails is reported when it fails differently than before, and repeated at the next look.
 */
export interface RevisionWatch {
  /** Where git keeps HEAD and its log: `.git`, or `.git/worktrees/NAME`. */
  readonly gitDirectory: string;
  /** Where git keeps branches: `.git`. */
  readonly commonDirectory: string;
  /** The watched ref; null: whatever HEAD points at. */
  readonly ref: string | null;
  /** Asks git. */
  readonly current: () => Promise<string>;
  readonly onChange: (revision: string) => void;
  readonly onError: (error: unknown) => void;
}

const lookMs = 1000;
const quietMs = 15;

/** Starts watching; returns the function that stops it and waits for a check under way. */
export async function watchRevision(options: RevisionWatch): Promise<() => Promise<void>> {
  const watchers = new Map<string, FSWatcher>();
  let places = await look(options);
  let last: string | null = await options.current().catch(() => null);
  let lastError: string | null = null;
  let settling: NodeJS.Timeout | undefined;
  let checking: Promise<void> = Promise.resolve();
  let isStopped = false;

  function settle(): void {
    if (isStopped) return;
    clearTimeout(settling);
    settling = setTimeout(() => {
      checking = checking.then(check);
    }, quietMs);
  }

  async function check(): Promise<void> {
    if (isStopped) return;
    const now = await look(options);
    rearm(now.directories);
    const isSame = now.signature === places.signature && lastError === null && last !== null;
    places = now;
    if (isSame) return;
    try {
      const revision = await options.current();
      lastError = null;
      if (revision === last || stopped()) return;
      last = revision;
      options.onChange(revision);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message === lastError || stopped()) return;
      lastError = message;
      options.onError(error);
    }
  }

  // A function, since the compiler does not expect a variable to change during an await.
  function stopped(): boolean {
    return isStopped;
  }

  function rearm(directories: readonly string[]): void {
    for (const [directory, watcher] of watchers) {
      if (directories.includes(directory)) continue;
      watcher.close();
      watchers.delete(directory);
    }
    for (const directory of directories) {
      if (!watchers.has(directory)) arm(directory);
    }
  }

  function arm(directory: string): void {
    if (isStopped) return;
    try {
      const watcher = watchFile(directory, { persistent: true }, settle);
      watchers.set(directory, watcher);
      watcher.on('error', () => {
        watcher.close();
        watchers.delete(directory);
      });
    } catch {
      // Not there (a branch without a log), or no watch left on this machine: the look once a second sees it.
    }
  }

  rearm(places.directories);
  const timer = setInterval(() => {
    checking = checking.then(check);
  }, lookMs);

  return async () => {
    isStopped = true;
    clearInterval(timer);
    clearTimeout(settling);
    for (const watcher of watchers.values()) watcher.close();
    watchers.clear();
    await checking;
  };
}

interface Look {
  /** Differs when HEAD or its branch may have moved. */
  readonly signature: string;
  readonly directories: readonly string[];
}

async function look({ gitDirectory, commonDirectory, ref }: RevisionWatch): Promise<Look> {
  const head = await readFile(join(gitDirectory, 'HEAD'), 'latin1').catch(() => '');
  const branch = ref ?? /^ref: (refs\/\S+)/.exec(head)?.[1] ?? null;
  const files = [join(commonDirectory, 'packed-refs'), join(gitDirectory, 'logs', 'HEAD')];
  const directories = [gitDirectory, commonDirectory];
  if (branch !== null) {
    files.push(join(commonDirectory, branch));
    // A branch `a/b` lies in a directory that may come and go: watch all the way down, as far as it is there.
    const parts = dirname(branch).split('/');
    for (let depth = 1; depth <= parts.length; depth++) {
      directories.push(join(commonDirectory, ...parts.slice(0, depth)));
    }
  }
  const states = await Promise.all(files.map(stateOf));
  const watchable = await Promise.all(directories.map(stateOfDirectory));
  return {
    signature: [head, ...states, ...watchable].join('\n'),
    directories: [...new Set(directories)].filter((_, at) => watchable[at] !== '-'),
  };
}

async function stateOf(path: string): Promise<string> {
  const stats = await stat(path, { bigint: true }).catch(() => null);
  return stats === null ? '-' : `${stats.ino} ${stats.mtimeNs} ${stats.ctimeNs} ${stats.size}`;
}

/** Only which directory it is: its times change with every lock file. */
async function stateOfDirectory(path: string): Promise<string> {
  const stats = await stat(path, { bigint: true }).catch(() => null);
  return stats?.isDirectory() === true ? String(stats.ino) : '-';
}
