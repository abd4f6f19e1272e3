import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { SoakLab } from './lab.js';
import type { Disturbance } from './plan.js';

const master = 'own';
const recordRef = `refs/lavaflow/records/${master}`;
const lockRef = `refs/lavaflow/locks/${master}`;

type LockKind = Extract<Disturbance, { kind: 'lock' }>['how'];

/** Damages the record of what was applied. @returns a function that restores it unless it was written meanwhile; null: no record */
export function damageRecord(lab: SoakLab, pick: number): (() => void) | null {
  if (lab.records === 'git') {
    const before = tipOf(lab, recordRef);
    if (before === null) return null;
    const damaged = commitOf(lab, 'record.json', half(gitIn(lab, ['show', `${before}:record.json`]), pick));
    gitIn(lab, ['update-ref', recordRef, damaged]);
    return () => {
      if (tipOf(lab, recordRef) === damaged) gitIn(lab, ['update-ref', recordRef, before]);
    };
  }
  const file = join(lab.recordDirectory, `${master}.json`);
  if (!existsSync(file)) return null;
  const before = readFileSync(file, 'utf8');
  const damaged = half(before, pick);
  writeFileSync(file, damaged);
  return () => {
    if (readFileSync(file, 'utf8') === damaged) writeFileSync(file, before);
  };
}

/** Leaves a lock that nobody releases. */
export function leaveLock(lab: SoakLab, how: LockKind): void {
  if (lab.records === 'git') {
    const state = { format: 'lavaflow-lock', version: 1, ...ownerOf(how), token: 1, renewals: 0 };
    const text = how === 'damaged' ? '{"format": "lavaflow-lo' : JSON.stringify(state);
    gitIn(lab, ['update-ref', lockRef, commitOf(lab, 'lock.json', text)]);
    return;
  }
  mkdirSync(lab.recordDirectory, { recursive: true });
  const numbers = readdirSync(lab.recordDirectory).flatMap((name) => {
    const number = /^own\.lock\.(\d+)$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  const file = join(lab.recordDirectory, `${master}.lock.${Math.max(0, ...numbers) + 1}`);
  writeFileSync(file, how === 'damaged' ? '{"owner": ' : JSON.stringify(ownerOf(how)));
}

/** An owner that ended long ago. */
function ownerOf(how: LockKind): object {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const space = `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  const isHere = how === 'dead-owner';
  return {
    // A start time that no process has.
    owner: { host: isHere ? hostname() : 'elsewhere.example.org', space, pid: process.pid, startTime: '1' },
    takenAt: '2026-01-01T00:00:00.000Z',
    expiresAt: '2026-01-01T00:01:00.000Z',
    released: false,
  };
}

function half(text: string, pick: number): string {
  return text.slice(0, Math.floor(text.length * pick * 0.9));
}

function tipOf(lab: SoakLab, ref: string): string | null {
  const text = gitIn(lab, ['for-each-ref', '--format=%(objectname)', ref]).trim();
  return text === '' ? null : text;
}

function commitOf(lab: SoakLab, file: string, text: string): string {
  const blob = gitIn(lab, ['hash-object', '-w', '--stdin'], text).trim();
  const tree = gitIn(lab, ['mktree'], `100644 blob ${blob}\t${file}\n`).trim();
  return gitIn(lab, [
    '-c',
    'user.name=soak',
    '-c',
    'user.email=soak@example.org',
    'commit-tree',
    tree,
    '-m',
    'damaged',
  ]).trim();
}

function gitIn(lab: SoakLab, args: readonly string[], input = ''): string {
  return execFileSync('git', args, { cwd: lab.recordRepository, input, encoding: 'utf8' });
}
