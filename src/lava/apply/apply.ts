import { ExternalError } from '../../diagnostics/index.js';
import {
  type Change,
  type ChangeOutcome,
  type ConfigurationObject,
  fieldsOf,
  type FieldValue,
  type ObjectKey,
  sameValue,
} from '../../model/index.js';
import type { WriteGuard } from '../../reconcile/index.js';
import { type Accounts, readAccounts } from '../observe/names.js';
import { listSyncedDevices } from '../observe/rows.js';
import { readBack } from '../observe/read-back.js';
import { failureOf, type RpcCall, type RpcOutcome } from '../rpc.js';
import type { Session } from '../session.js';
import { deviceWork } from './device-work.js';
import { independentRuns, needsOf, orderForLava } from './order.js';
import { deviceTypeWork, fileWork, workerWork } from './other-work.js';
import { outcomesInOrder } from './outcomes.js';
import { type RestWrite, Unwritable, wantedFields, type Work, type WriteContext } from './work.js';

/**
 * Makes changes on a stock LAVA, in batches of independent ones: each batch is written in few requests and then read
 * back. A request whose response was lost is not repeated; the read-back shows what it did. If a change fails, the
 * changes that need it are `skipped`, and no others.
 * @throws ExternalError when the master cannot even be read; the outcomes so far have been reported
 */
export async function applyToLava(
  session: Session,
  changes: readonly Change[],
  onOutcome: (outcome: ChangeOutcome) => void | Promise<void>,
  signal?: AbortSignal,
  guard?: WriteGuard,
): Promise<void> {
  const report = outcomesInOrder(changes, onOutcome);
  const failed = new Set<ObjectKey>();
  let accounts: Promise<Accounts> | undefined;
  let synced: Promise<ReadonlySet<string>> | undefined;
  const context: WriteContext = {
    session,
    accounts: () => (accounts ??= readAccounts(session, signal)),
    synced: () => (synced ??= listSyncedDevices(session.rest, signal)),
    guard,
  };

  for (const run of independentRuns(orderForLava(changes))) {
    signal?.throwIfAborted();
    const able: Change[] = [];
    for (const change of run) {
      const missing = needsOf(change).find((key) => failed.has(key));
      if (missing === undefined) {
        able.push(change);
        continue;
      }
      failed.add(change.key);
      await report(change, {
        status: 'skipped',
        reason: `${missing} failed, and ${change.key} depends on it`,
      });
    }
    const reasons = await applyRun(context, able, signal);
    for (const change of able) {
      const reason = reasons.get(change);
      if (reason !== undefined) failed.add(change.key);
      await report(change, reason === undefined ? { status: 'done' } : { status: 'failed', reason });
    }
  }
}

/** The reasons of the changes that failed. */
async function applyRun(
  context: WriteContext,
  changes: readonly Change[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<Change, string>> {
  const { session } = context;
  const failures = new Map<Change, string>();
  /** Writes whose response was lost: they may have been executed. */
  const lost = new Map<Change, string>();
  const works = new Map<Change, Work>();
  for (const change of changes) {
    try {
      works.set(change, await workOf(change, context));
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      failures.set(change, error.message);
    }
  }
  const open = (): [Change, Work][] =>
    [...works].filter(([change]) => !failures.has(change) && !lost.has(change));

  await runChecks(session, open(), failures, signal);
  await runRest(context, open(), (work) => work.before, failures, lost);
  await runCalls(context, open(), failures, lost);
  await runRest(context, open(), (work) => work.after, failures, lost);

  const written = [...works.keys()].filter((change) => !failures.has(change));
  for (const [change, reason] of await verify(session, written, signal)) {
    failures.set(change, lost.get(change) ?? reason);
  }
  return failures;
}

async function workOf(change: Change, context: WriteContext): Promise<Work> {
  if (change.verb === 'keep' || change.verb === 'report') return {};
  switch (change.object.kind) {
    case 'template':
    case 'health-check':
      return fileWork(change, context);
    case 'device-type':
      return deviceTypeWork(change);
    case 'worker':
      return workerWork(change, context);
    case 'device':
      return deviceWork(change, context);
  }
}

async function runChecks(
  session: Session,
  works: readonly [Change, Work][],
  failures: Map<Change, string>,
  signal?: AbortSignal,
): Promise<void> {
  const checks = works.flatMap(([change, { check }]) => (check === undefined ? [] : [{ change, ...check }]));
  if (checks.length === 0) return;
  const groups = checks.map((check) => check.calls);
  const outcomes = await session.rpc.batch('check the state before writing', groups, {
    repeatable: true,
    signal,
  });
  for (const [index, check] of checks.entries()) {
    const reason = check.verdict(outcomes[index] ?? []);
    if (reason !== null) failures.set(check.change, reason);
  }
}

async function runCalls(
  { session, guard }: WriteContext,
  works: readonly [Change, Work][],
  failures: Map<Change, string>,
  lost: Map<Change, string>,
): Promise<void> {
  const outcomes = await session.rpc.batch(
    'write to the master',
    works.map(([, work]) => work.rpc ?? []),
    { repeatable: false, guard },
  );
  for (const [index, [change, work]] of works.entries()) {
    const results = outcomes[index] ?? [];
    const position = results.findIndex((result) => callFailure(result) !== null);
    const result = results[position];
    const reason = result === undefined ? null : callFailure(result);
    if (result === undefined || reason === null) continue;
    if (!result.ok && 'lost' in result) lost.set(change, reason);
    else failures.set(change, `${nameOf(work.rpc?.[position])}: ${reason}`);
  }
}

/** Setters of files return `false` if the master could not write the file. */
function callFailure(outcome: RpcOutcome): string | null {
  if (outcome.ok && outcome.value === false) return 'the master could not write the file';
  return failureOf(outcome);
}

async function runRest(
  { session, guard }: WriteContext,
  works: readonly [Change, Work][],
  pick: (work: Work) => readonly RestWrite[] | undefined,
  failures: Map<Change, string>,
  lost: Map<Change, string>,
): Promise<void> {
  await Promise.all(
    works.map(async ([change, work]) => {
      for (const write of pick(work) ?? []) {
        try {
          const what = `${change.verb} ${change.key}`;
          await session.rest.write(what, write.method, write.path, write.body, undefined, guard);
        } catch (error) {
          if (!(error instanceof ExternalError)) throw error;
          (error.retry === 'soon' ? lost : failures).set(change, error.message);
          return;
        }
      }
    }),
  );
}

/** Reads back what was written. Returns the changes whose result differs, with the reason. */
export async function verify(
  session: Session,
  changes: readonly Change[],
  signal?: AbortSignal,
): Promise<(readonly [Change, string])[]> {
  const wanted = new Map(changes.map((change) => [change, expectation(change)]));
  const reads = [...wanted].flatMap(([change, fields]) => {
    const { key } = change;
    const names = Object.keys(fields);
    // A new object may have no fields of its own; the list shows that it exists.
    if (names.length === 0 && change.verb === 'create') return [{ key, fields: ['name'] }];
    return names.length === 0 ? [] : [{ key, fields: names }];
  });
  if (reads.length === 0) return [];
  const found = await readBack(session, reads, signal);
  const isRead = new Set(reads.map(({ key }) => key));
  return [...wanted].flatMap(([change, fields]): (readonly [Change, string])[] => {
    if (!isRead.has(change.key)) return [];
    const reason =
      change.verb === 'delete'
        ? stillThere(change, found.get(change.key))
        : mismatch(fields, found.get(change.key));
    return reason === null ? [] : [[change, reason]];
  });
}

type Expected = Readonly<Record<string, FieldValue>>;

function expectation(change: Change): Expected {
  const { kind } = change.object;
  switch (change.verb) {
    case 'create':
    case 'update':
    case 'adopt':
      return wantedFields(change);
    case 'retire':
      return kind === 'device-type' ? { display: false } : { health: 'Retired' };
    case 'delete':
      // Any field of the list, or the file: it must not be found.
      return kind === 'template'
        ? { text: null }
        : kind === 'health-check'
          ? { job: null }
          : { description: null };
    case 'keep':
    case 'report':
      return {};
  }
}

function mismatch(wanted: Expected, found: ConfigurationObject | undefined): string | null {
  if (found === undefined) return 'it does not exist after the write';
  const have = fieldsOf(found);
  const different = Object.keys(wanted).filter((field) => !sameValue(wanted[field], have[field]));
  if (different.length === 0) return null;
  const words = different.map((field) => describeDifference(field, wanted[field], have[field]));
  return `the master returns something other than what was written: ${words.join(', ')}`;
}

/** Never includes the texts themselves: they may contain secrets. */
function describeDifference(
  field: string,
  wanted: FieldValue | undefined,
  have: FieldValue | undefined,
): string {
  if (have === undefined) return `${field} cannot be read`;
  if (typeof wanted !== 'string' || typeof have !== 'string') return field;
  const lines = have.split('\n');
  const line = wanted.split('\n').findIndex((text, index) => text !== lines[index]);
  return `${field} starting at line ${line === -1 ? lines.length : line + 1}`;
}

/** Deleting a template may uncover the packaged one of the same name, which has a different text. */
function stillThere(change: Change, found: ConfigurationObject | undefined): string | null {
  if (found === undefined) return null;
  const { kind } = change.object;
  if (kind !== 'template' && kind !== 'health-check') return 'it still exists';
  const field = kind === 'template' ? 'text' : 'job';
  const text = fieldsOf(found)[field];
  return text === null || !sameValue(text, fieldsOf(change.object)[field]) ? null : 'it still exists';
}

function nameOf(made: RpcCall | undefined): string {
  return made?.method ?? 'a call';
}
