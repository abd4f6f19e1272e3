/**
 * The check boxes of an issue about drift, and what the issue remembers about them in a hidden line.
 *
 *   unchecked -> checked        a person checks it on the page of the issue
 *   checked -> unchecked        lavaflow did it, or explained why not, and writes the issue again
 *
 * Both are below one line that names lavaflow, and only the last such line counts: texts of the lab and of masters are above it.
 * What people write around the boxes is ignored. What the boxes request is for the drift that the issue showed.
 */
import { createHash } from 'node:crypto';

import { isRecord, markdownCode, markdownText } from '../diagnostics/index.js';
import { digestOf, isDrift, type DatedItem, type Plan } from '../plan/index.js';

type Kind = 'accept' | 'revert' | 'snooze-1' | 'snooze-7' | 'snooze-30';

/** What a request led to. */
export interface DriftAnswer {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The logins of those who could have checked the box. */
  readonly by: readonly string[];
  readonly text: string;
  /** The number of the pull request. */
  readonly pull?: number;
}

/** What the issue remembers. All of it is about one state of the drift, and forgotten when something else drifts. */
export interface DriftMemo {
  /** Identifies what drifts. */
  readonly drift: string;
  readonly accept?: DriftAnswer;
  readonly revert?: DriftAnswer;
  readonly snooze?: {
    /** ISO 8601, UTC. */
    readonly until: string;
    readonly by: readonly string[];
  };
}

/** What people request. */
export interface DriftRequests {
  readonly accept: boolean;
  readonly revert: boolean;
  /** The longest of those that are checked; null: none. */
  readonly snoozeDays: number | null;
}

interface DriftOf {
  readonly plan: Pick<Plan, 'changes'>;
  readonly items: readonly Pick<DatedItem, 'key' | 'field' | 'found' | 'isUndeclared'>[];
}

/** Identifies what drifts, and how. */
export function driftDigest({ plan, items }: DriftOf): string {
  const drifted = items
    .filter(isDrift)
    .map(({ key, field, found }) => [key, field, found === undefined ? null : digestOf(found)]);
  const unadopted = plan.changes.filter(({ hold }) => hold === 'unadopted').map(({ key }) => key);
  const text = JSON.stringify([drifted, [...new Set(unadopted)].sort()]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** What is remembered about the drift as it is now. @param before null: nothing that can be trusted */
export function memoFor(drift: string, before: DriftMemo | null, now: Date): DriftMemo {
  if (before?.drift !== drift) return { drift };
  const { snooze, ...rest } = before;
  return isSnoozed(before, now) && snooze !== undefined ? { ...rest, snooze } : rest;
}

/** Nothing that is longer was requested with a box. */
const longestMs = 31 * 24 * 60 * 60 * 1000;

export function isSnoozed({ snooze }: DriftMemo, now: Date): boolean {
  if (snooze === undefined) return false;
  const leftMs = Date.parse(snooze.until) - now.getTime();
  return leftMs > 0 && leftMs <= longestMs;
}

/** The boxes, all unchecked, and what became of earlier requests. */
export function formatRequests(memo: DriftMemo, isOpen: boolean): string[] {
  const line = `${lineStart}${Buffer.from(JSON.stringify(memo)).toString('base64')}${lineEnd}`;
  const done = [
    ...answered('Accepting', memo.accept),
    ...answered('Reverting', memo.revert),
    ...(memo.snooze === undefined
      ? []
      : [`- **Snoozed** until ${viewTime(memo.snooze.until)}, requested by ${names(memo.snooze.by)}.`]),
  ];
  if (!isOpen) return [line, '', ...done, ...(done.length === 0 ? [] : [''])];
  return [
    line,
    '#### What you can do',
    '',
    'Check a box if you have write access to the repository. lavaflow acts on it in its next report, for the drift shown above.',
    '',
    box('accept', '**Accept** it: open a pull request that changes the lab to what the master has.'),
    box(
      'revert',
      '**Revert** it: apply the revision above to the master once, also where the mode is `warn`.',
    ),
    box('snooze-1', '**Snooze** it for a day'),
    box('snooze-7', '**Snooze** it for a week'),
    box('snooze-30', '**Snooze** it for 30 days'),
    '',
    ...done,
    ...(done.length === 0 ? [] : ['']),
    'To ignore it, if another tool manages it, add its path to `ignore` in `lab-config/lab.yaml`.',
    '',
  ];
}

function box(kind: Kind, text: string): string {
  return `- [ ] ${text} <!-- lavaflow ${kind} -->`;
}

function answered(what: string, answer: DriftAnswer | undefined): string[] {
  if (answer === undefined) return [];
  const { text, pull, by, at } = answer;
  const number = pull === undefined ? '' : `#${pull}: `;
  return [`- **${what}**, ${viewTime(at)}, requested by ${names(by)}: ${number}${markdownText(text)}`];
}

/** Code, so that nobody is mentioned. */
function names(logins: readonly string[]): string {
  return logins.map(markdownCode).join(', ');
}

function viewTime(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

const lineStart = '<!-- lavaflow requests ';
const lineEnd = ' -->';

/**
 * Reads the boxes of an issue and what it remembers.
 * @returns null: the issue has none, or they are damaged
 */
export function readRequests(
  body: string,
): { readonly memo: DriftMemo; readonly requests: DriftRequests } | null {
  const lines = body.split(/\r?\n/);
  const start = lines.findLastIndex((line) => line.startsWith(lineStart) && line.trimEnd().endsWith(lineEnd));
  const memo = memoIn((lines[start] ?? '').trimEnd().slice(lineStart.length, -lineEnd.length));
  if (memo === null) return null;
  const boxes = new Map<string, boolean>();
  for (const line of lines.slice(start + 1)) {
    const [, mark, kind] = /^[-*+] \[([ xX])\] .*<!-- lavaflow ([\w-]+) -->\s*$/.exec(line) ?? [];
    if (mark === undefined || kind === undefined) continue;
    // Two of one kind may contradict each other.
    if (boxes.has(kind)) return null;
    boxes.set(kind, mark !== ' ');
  }
  const days = [30, 7, 1].find((count) => boxes.get(`snooze-${count}`) === true);
  return {
    memo,
    requests: {
      accept: boxes.get('accept') === true,
      revert: boxes.get('revert') === true,
      snoozeDays: days ?? null,
    },
  };
}

export function hasRequests({ accept, revert, snoozeDays }: DriftRequests): boolean {
  return accept || revert || snoozeDays !== null;
}

function memoIn(text: string): DriftMemo | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    return null;
  }
  if (!isRecord(value)) return null;
  const { drift, accept, revert, snooze, ...others } = value;
  if (typeof drift !== 'string' || !/^[0-9a-f]{16}$/.test(drift) || Object.keys(others).length > 0)
    return null;
  const isValid = [accept, revert].every((one) => one === undefined || isAnswer(one));
  if (!isValid || !(snooze === undefined || isSnooze(snooze))) return null;
  return {
    drift,
    ...(isAnswer(accept) ? { accept } : {}),
    ...(isAnswer(revert) ? { revert } : {}),
    ...(isSnooze(snooze) ? { snooze } : {}),
  };
}

function isAnswer(value: unknown): value is DriftAnswer {
  if (!isRecord(value)) return false;
  const { at, by, text, pull } = value;
  const isText = typeof text === 'string' && text.length <= 500;
  const isPull = pull === undefined || (Number.isSafeInteger(pull) && Number(pull) > 0);
  return isText && isPull && isTime(at) && areLogins(by);
}

function isSnooze(value: unknown): value is NonNullable<DriftMemo['snooze']> {
  return isRecord(value) && isTime(value['until']) && areLogins(value['by']);
}

function isTime(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

function areLogins(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.length <= 20 && value.every((one) => /^[\w-]{1,60}$/.test(String(one)))
  );
}
