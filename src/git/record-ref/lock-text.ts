import { isLockOwner, type LockOwner } from '../../host/index.js';

export interface LockTimes {
  /** A lock that was not renewed for this long is free. */
  readonly ttlMs: number;
  readonly renewMs: number;
  readonly pollMs: number;
  /** How far the clock of another machine may be off. */
  readonly clockSkewMs: number;
}

/** The content of the commit of a lock. */
export interface LockState {
  readonly owner: LockOwner;
  /** The fencing token: incremented each time the lock is acquired. */
  readonly token: number;
  /** Counts renewals, so that all commits of a lock differ. */
  readonly renewals: number;
  /** ISO 8601, UTC, by the owner's clock. */
  readonly takenAt: string;
  readonly expiresAt: string;
  readonly released: boolean;
}

export const lockFile = 'lock.json';

export function lockToText(state: LockState): string {
  return `${JSON.stringify({ format: 'lavaflow-lock', version: 1, ...state }, null, 1)}\n`;
}

/** Null if the text is not a valid lock. */
export function lockFromText(text: string | undefined): LockState | null {
  const value = parse(text ?? '');
  if (
    value?.['format'] !== 'lavaflow-lock' ||
    value['version'] !== 1 ||
    !isLockOwner(value['owner']) ||
    !isCount(value['token']) ||
    !isCount(value['renewals']) ||
    !isTime(value['takenAt']) ||
    !isTime(value['expiresAt']) ||
    typeof value['released'] !== 'boolean'
  )
    return null;
  const { owner, token, renewals, takenAt, expiresAt, released } = value;
  return { owner, token, renewals, takenAt, expiresAt, released };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    // The parser's message would quote the file.
    return null;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTime(value: unknown): value is string {
  return (
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value))
  );
}
