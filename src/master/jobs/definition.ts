import {
  findUnusablePatterns,
  isMultinode,
  readJob,
  type JobHead,
  type JobProblem,
  type JobReader,
} from '../../job/index.js';

/** About 68 years: what a column of the database can store. */
const longestTimeoutS = 2 ** 31 - 1;

/** The part of a job that the master uses. The rest is for the dispatcher. */
export interface JobDefinition {
  readonly name: string;
  readonly deviceType: string;
  readonly priority: number;
  readonly visibility: JobHead['visibility'];
  readonly tags: readonly string[];
  readonly context: Readonly<Record<string, unknown>>;
  /** How long the job may wait in the queue, in seconds (`timeouts.queue`); null: forever. */
  readonly queueTimeoutS: number | null;
  /** How long the job may run, in seconds (`timeouts.job`). */
  readonly timeoutS: number;
  /** `notify`, as it is written; undefined if it is missing. */
  readonly notify: unknown;
}

/** A problem of a job definition, as the API returns it. */
export type DefinitionProblem = Pick<JobProblem, 'path' | 'message' | 'hint'>;

export type ParsedDefinition =
  | { readonly ok: true; readonly definition: JobDefinition }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

export interface DefinitionOptions {
  /** Whether keys that LAVA does not know are problems, as for `jobs validate --strict`. */
  readonly isStrict?: boolean;
  /** Context variables that jobs may set besides LAVA's own. */
  readonly extraContextVariables?: readonly string[];
}

/**
 * Reads a submitted job (see the room `job`) and rejects jobs that this master does not run. Reports all problems at once.
 */
export function parseDefinition(text: string, options: DefinitionOptions = {}): ParsedDefinition {
  return parse(text, 'server', options, (job) => job.deviceType ?? '');
}

/** Reads a health check, which gets its device type from the device. */
export function parseHealthCheck(
  text: string,
  deviceType: string,
  options: DefinitionOptions = {},
): ParsedDefinition {
  return parse(text, 'health-check', options, () => deviceType);
}

function parse(
  text: string,
  reader: JobReader,
  options: DefinitionOptions,
  deviceTypeOf: (job: JobHead) => string,
): ParsedDefinition {
  const read = readJob(text, { for: reader, ...options });
  if (read.source !== null && isMultinode(read.source)) return { ok: false, problems: [multinodeProblem] };
  const unusable = read.source === null ? [] : findUnusablePatterns(read.source);
  if (!read.ok || unusable.length > 0) {
    const problems = [...(read.ok ? [] : read.problems), ...unusable];
    return { ok: false, problems: problems.map(toDefinitionProblem) };
  }
  const { name, priority, visibility, tags, context, timeouts } = read.job;
  const queueTimeoutS = timeouts.queueMs === undefined ? null : timeouts.queueMs / 1000;
  const deviceType = deviceTypeOf(read.job);
  return {
    ok: true,
    definition: {
      ...{ name, deviceType, priority, visibility, tags, context, queueTimeoutS },
      timeoutS: Math.min(Math.ceil(timeouts.jobMs / 1000), longestTimeoutS),
      notify: read.source['notify'],
    },
  };
}

function toDefinitionProblem({ path, message, hint }: JobProblem): DefinitionProblem {
  return { path, message, ...(hint === undefined ? {} : { hint }) };
}

const multinodeProblem: DefinitionProblem = {
  path: 'protocols.lava-multinode',
  message: 'this master does not run multinode jobs',
  hint: 'Submit one job per device.',
};
