/**
 * Reads a LAVA job definition: turns YAML text into values or a list of all problems. The rules are those of LAVA
 * 2023.01. `rules.ts` lists the differences between its server and its dispatcher.
 */
import type { ReleaseNumber } from '../model/index.js';
import { formatYamlProblem, isMapping, parseYaml } from '../pyyaml/index.js';
import type { Block, Job, JobHead } from './definition.js';
import { problemAt, type JobProblem } from './problem.js';
import { readActions } from './read/actions.js';
import { readHead } from './read/head.js';
import { Place } from './read/place.js';
import { describe } from './read/values.js';
import { jobRules, type JobReader } from './rules.js';
import type { JobSource } from './source.js';

export type ReadJob<J> =
  | { readonly ok: true; readonly job: J; readonly source: JobSource }
  | {
      readonly ok: false;
      readonly problems: readonly JobProblem[];
      /** The mapping in the text, if it is one, so that callers can report further problems in it. */
      readonly source: JobSource | null;
      /** One entry per action; null if the action could not be read. */
      readonly blocks: readonly (Block | null)[];
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
}

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
  const rules = jobRules[options.for];
  const problems: JobProblem[] = [];
  const place = new Place(rules, options.isStrict ?? false, problems);
  const head = readHead(source, place);
  const blocks = readActions(source, place.in('actions'));
  const known = blocks.filter((block) => block !== null);
  if (head === null || problems.length > 0) return { ok: false, problems, source, blocks };
  return { ok: true, job: { ...head, blocks: known }, source };
}

function failed(problem: JobProblem): ReadJob<Job> {
  return { ok: false, problems: [problem], source: null, blocks: [] };
}
