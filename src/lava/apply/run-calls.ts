import { ExternalError } from '../../diagnostics/index.js';
import type { Change, ObjectKey } from '../../model/index.js';
import { hasFile } from '../observe/read-back.js';
import { splitKey } from '../observe/split-key.js';
import { textReading, type TextReading } from '../observe/texts.js';
import { failureOf, type RpcCall, type RpcOutcome } from '../rpc.js';
import type { Session } from '../session.js';
import { expectation } from './verify.js';
import type { RestWrite, Work, WriteContext } from './work.js';

/** How the writes of a batch went, by change. */
export interface Progress {
  /** The reasons of the changes that failed. */
  readonly failures: Map<Change, string>;
  /** Writes whose response was lost: they may have been executed. */
  readonly lost: Map<Change, string>;
  /** Changes that created their object, whatever failed later. */
  readonly created: Set<Change>;
  /** Files that were read in the request that wrote them, unless its response was lost. */
  readonly readBack: Map<ObjectKey, Readonly<Record<string, string | null>>>;
}

/**
 * Executes the requests of each change in their order; see {@link Work}.
 * @throws ExternalError when a check cannot be made
 */
export async function runWorks(
  context: WriteContext,
  works: ReadonlyMap<Change, Work>,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const { failures, lost } = progress;
  const open = (): [Change, Work][] =>
    [...works].filter(([change]) => !failures.has(change) && !lost.has(change));
  await runChecks(context.session, open(), failures, signal);
  await runRest(context, open(), (work) => work.before, progress);
  for (const [change, work] of open()) if (work.createsBefore === true) progress.created.add(change);
  await runCalls(context, open(), progress);
  await runRest(context, open(), (work) => work.after, progress);
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

/** Files are read back immediately after the calls that write them: no other request is needed for them. */
async function runCalls(
  { session, guard }: WriteContext,
  works: readonly [Change, Work][],
  { failures, lost, created, readBack }: Progress,
): Promise<void> {
  const readings = works.map(([change, work]) => fileReading(session, change, work));
  const outcomes = await session.rpc.batch(
    'write to the master',
    works.map(([, work], index) => [...(work.rpc ?? []), ...(readings[index]?.calls ?? [])]),
    { repeatable: false, guard },
  );
  for (const [index, [change, work]] of works.entries()) {
    const count = work.rpc?.length ?? 0;
    const results = (outcomes[index] ?? []).slice(0, count);
    const reads = (outcomes[index] ?? []).slice(count);
    const isAnswered = reads.length > 0 && !reads.some((read) => 'lost' in read || 'unsent' in read);
    if (isAnswered) readBack.set(change.key, readings[index]?.interpret(reads).found ?? {});
    if (change.verb === 'create' && results[0] !== undefined && callFailure(results[0]) === null)
      created.add(change);
    const position = results.findIndex((result) => callFailure(result) !== null);
    const result = results[position];
    const reason = result === undefined ? null : callFailure(result);
    if (result === undefined || reason === null) continue;
    if (!result.ok && 'lost' in result) lost.set(change, reason);
    else failures.set(change, `${nameOf(work.rpc?.[position])}: ${reason}`);
  }
}

/** How to read back the files of a change; null if its calls write none. */
function fileReading(session: Session, change: Change, { rpc = [] }: Work): TextReading | null {
  const [kind, name] = splitKey(change.key);
  const isWritten = rpc.length > 0 && hasFile(Object.keys(expectation(change)));
  return isWritten && kind !== 'device-type' && kind !== 'group' ? textReading(session, kind, name) : null;
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
  { failures, lost }: Progress,
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

function nameOf(made: RpcCall | undefined): string {
  return made?.method ?? 'a call';
}
