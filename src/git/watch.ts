import { watch as watchFile, type FSWatcher } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Watches the files that specify where a repository's branches point, without running git until one has changed.
 *
 * States: waiting -> settling -> checking -> waiting.
 * - waiting: directories are watched (inotify). The files are also polled once per second, for file systems without
 *   notifications and for the moment between the replacement of a directory and the start of its new watch.
 * - settling: something changed; git writes several files in a row, so wait until no more changes follow.
 * - checking: compare the files with their previous state; only if they differ, ask git for the revision.
 * A check that fails is reported if the error differs from the previous one, and is repeated with the next poll.
 */
export interface RevisionWatch {
  /** Where git stores HEAD and its log: `.git`, or `.git/worktrees/NAME`. */
  readonly gitDirectory: string;
  /** Where git stores branches: `.git`. */
  readonly commonDirectory: string;
  /** The watched ref; null: the branch that HEAD points to. */
  readonly ref: string | null;
  /** Asks git for the revision. */
  readonly current: () => Promise<string>;
  readonly onChange: (revision: string) => void;
  readonly onError: (error: unknown) => void;
}

const lookMs = 1000;
const quietMs = 15;

/** Starts watching. @returns a function that stops watching and waits for a running check */
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
      const message = String(error);
      if (message === lastError || stopped()) return;
      lastError = message;
      options.onError(error);
    }
  }

  // A function, because the compiler does not expect a variable to change during an await.
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
      // Absent (a branch without a log), or the machine has no watches left: polling detects the change.
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
  /** Changes when HEAD or its branch may have moved. */
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
    // The file of a branch `a/b` is in a directory that may come and go: watch every level that exists.
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

/** Identity of the directory only: its times change with every lock file. */
async function stateOfDirectory(path: string): Promise<string> {
  const stats = await stat(path, { bigint: true }).catch(() => null);
  return stats?.isDirectory() === true ? String(stats.ino) : '-';
}
