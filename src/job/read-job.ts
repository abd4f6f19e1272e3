/**
 * Reads a LAVA job definition: turns YAML text into values or a list of all problems. For the server, the rules are those
 * of LAVA's schemas (see `judge-job.ts`); for the dispatcher, those of LAVA 2023.01.
 */
import { defaultRelease, type ReleaseNumber } from '../model/index.js';
import { formatYamlProblem, isMapping, parsePython, parseYaml } from '../pyyaml/index.js';
import type { Block, Job, JobHead } from './definition.js';
import { judgeJob, type JobVerdict } from './judge-job.js';
import { withLaterRelease } from './later-release.js';
import { problemAt, type JobProblem } from './problem.js';
import { outlineActions, readActions } from './read/actions.js';
import { readHead } from './read/head.js';
import { Place } from './read/place.js';
import { describe } from './read/values.js';
import { findReservedSuites } from './reserved-suite.js';
import { jobRules, type JobReader } from './rules.js';
import { isMultinode, type JobSource } from './source.js';

export type ReadJob<J> =
  | {
      readonly ok: true;
      readonly job: J;
      readonly source: JobSource;
      /**
       * Keys that LAVA does not know and ignores, unless `isStrict` makes them problems. Empty for `dispatcher`. LAVA's page
       * for submissions shows them as warnings.
       */
      readonly ignored: readonly JobProblem[];
    }
  | {
      readonly ok: false;
      readonly problems: readonly JobProblem[];
      /** The mapping in the text, if it is one, so that callers can report further problems in it. */
      readonly source: JobSource | null;
      /** One entry per action; null if the action could not be read. */
      readonly blocks: readonly (Block | null)[];
      /** As above. */
      readonly ignored: readonly JobProblem[];
    };

export interface ReadJobOptions {
  /** The reader whose rules apply. */
  readonly for: JobReader;
  /** Whether keys that LAVA does not know are problems, as with `jobs validate --strict`. */
  readonly isStrict?: boolean;
  /** The LAVA release whose rules apply; by default, `defaultRelease` of the room `model`. */
  readonly release?: ReleaseNumber;
  /** Names of context variables that this master accepts besides LAVA's own (its setting `EXTRA_CONTEXT_VARIABLES`). */
  readonly extraContextVariables?: readonly string[];
  /** Completes hints about what only a later release has. Default: `the master runs 2023.01`. */
  readonly releaseNote?: string;
}

/** Only shorter jobs are judged by the rules of later releases as well, which takes time. */
const longestExplained = 50_000;

/** Reads a job definition by the rules of one of LAVA's readers. Reports all problems at once. */
export function readJob(text: string, options: ReadJobOptions & { readonly for: 'dispatcher' }): ReadJob<Job>;
export function readJob(text: string, options: ReadJobOptions): ReadJob<JobHead>;
export function readJob(text: string, options: ReadJobOptions): ReadJob<Job> {
  const yaml = parseYaml(text);
  if (!yaml.ok) {
    return failed(problemAt([], `the job is not readable YAML: ${formatYamlProblem(yaml.problem)}`));
  }
  const source = yaml.value;
  if (!isMapping(source)) {
    return failed(
      problemAt([], `a job definition must be a mapping: expected a mapping, got ${describe(source)}`),
    );
  }
  return options.for === 'dispatcher' ? readWhole(source, options) : readOutline(text, source, options);
}

/** Reads what a worker needs. */
function readWhole(source: JobSource, options: ReadJobOptions): ReadJob<Job> {
  const problems: JobProblem[] = [];
  const place = new Place(jobRules[options.for], options.isStrict ?? false, problems);
  const head = readHead(source, place);
  const blocks = readActions(source, place.in('actions'));
  problems.push(...findReservedSuites(source));
  if (head === null || problems.length > 0) return { ok: false, problems, source, blocks, ignored: [] };
  return {
    ok: true,
    job: { ...head, blocks: blocks.filter((block) => block !== null) },
    source,
    ignored: [],
  };
}

/** Checks everything with LAVA's schemas, and reads what a server needs. */
function readOutline(text: string, source: JobSource, options: ReadJobOptions): ReadJob<Job> {
  const { release = defaultRelease, extraContextVariables = [], isStrict = false } = options;
  const blocks = outlineActions(source);
  const yaml = parsePython(text);
  if (!yaml.ok) throw new Error(`the text was YAML before: ${yaml.problem.message}`);
  const judge = (by: ReleaseNumber) => judgeJob(yaml.value, by, extraContextVariables);
  const problemsIn = (verdict: JobVerdict) => {
    const ignored = isStrict ? verdict.ignored : [];
    const problems = [...verdict.problems, ...ignored, ...findReservedSuites(source)];
    return options.for === 'health-check' ? forHealthCheck(problems, source) : problems;
  };
  const verdict = judge(release);
  const found = problemsIn(verdict);
  if (found.length > 0) {
    const isExplained = text.length <= longestExplained;
    const problems = isExplained
      ? withLaterRelease(found, release, (by) => problemsIn(judge(by)), options.releaseNote)
      : found;
    return { ok: false, problems, source, blocks, ignored: isStrict ? [] : verdict.ignored };
  }
  const unreadable: JobProblem[] = [];
  const head = readHead(source, new Place(jobRules[options.for], false, unreadable));
  if (head === null || unreadable.length > 0)
    return { ok: false, problems: unreadable, source, blocks, ignored: verdict.ignored };
  const known = blocks.filter((block) => block !== null);
  return { ok: true, job: { ...head, blocks: known }, source, ignored: verdict.ignored };
}

/** The device determines the type of a health check, so it may be missing, and there is only one device. */
function forHealthCheck(problems: readonly JobProblem[], source: JobSource): readonly JobProblem[] {
  const others = Object.hasOwn(source, 'device_type')
    ? problems
    : problems.filter(({ path }) => path !== 'device_type');
  return isMultinode(source) ? [...others, multinodeHealthCheck] : others;
}

const multinodeHealthCheck = problemAt(
  ['protocols', 'lava-multinode'],
  'not allowed in a health check, which runs on one device',
  'Write a health check for one device.',
);

function failed(problem: JobProblem): ReadJob<Job> {
  return { ok: false, problems: [problem], source: null, blocks: [], ignored: [] };
}
