/**
 * A resource of this machine that is used up or in use. It looks like a failure of whatever needed the resource at that moment: a
 * port, a program, a file. So it is named, whatever was tried.
 */
export interface Exhaustion {
  readonly why: string;
  readonly hint: string;
}

const files = {
  why: 'too many open files',
  hint: 'Raise the limit of open files (ulimit -n, or LimitNOFILE= of the systemd unit), or find the process that opens too many (lsof).',
};
const disk = {
  why: 'no space left on the disk',
  hint: 'Free space on the disk of this directory (df -h), or use another one.',
};
const locked = {
  why: 'another program has locked the database',
  hint: 'Find the program that has the file open (lsof), and end it.',
};

/** By the codes of errno(3), SQLite and PostgreSQL. */
const exhaustions: Readonly<Record<string, Exhaustion>> = {
  EMFILE: files,
  ENFILE: { ...files, why: 'too many open files on this machine' },
  ENOSPC: disk,
  EDQUOT: { why: 'the disk quota is exceeded', hint: 'Free space, or ask for a larger quota (quota -s).' },
  SQLITE_FULL: disk,
  // The file of the shared memory could not be enlarged.
  SQLITE_IOERR_SHMSIZE: disk,
  SQLITE_BUSY: locked,
  SQLITE_BUSY_RECOVERY: locked,
  SQLITE_BUSY_SNAPSHOT: locked,
  53100: { why: 'no space left on the disk of the database', hint: 'Free space on the disk of PostgreSQL.' },
  53300: {
    why: 'the database accepts no more connections',
    hint: 'Raise max_connections of PostgreSQL, or find the program that has too many.',
  },
};

/** The resource that an error, or the error that caused it, reports as used up or in use; null if it reports something else. */
export function exhaustionOf(error: unknown): Exhaustion | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth += 1) {
    const code = 'code' in at ? at.code : undefined;
    if (typeof code === 'string' && Object.hasOwn(exhaustions, code)) return exhaustions[code] ?? null;
  }
  return null;
}
