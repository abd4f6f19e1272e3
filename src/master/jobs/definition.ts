import { checkActions } from './actions.js';
import type { DefinitionProblem } from './definition-problem.js';
import { timeoutSeconds } from './timeouts.js';
import { isMapping, parseYaml } from './yaml.js';

/** What the master itself needs of a job; all else is the dispatcher's. */
export interface JobDefinition {
  readonly name: string;
  readonly deviceType: string;
  readonly priority: number;
  readonly visibility: 'public' | 'personal' | { readonly group: readonly string[] };
  readonly tags: readonly string[];
  readonly context: Readonly<Record<string, unknown>>;
  /** Seconds that the job may wait in the queue (`timeouts.queue`); null: for ever. */
  readonly queueTimeoutS: number | null;
}

export type ParsedDefinition =
  | { readonly ok: true; readonly definition: JobDefinition }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

const knownKeys = new Set(
  `actions context device_type environment job_name metadata notify priority protocols reboot_to_fastboot
  secrets tags timeouts visibility`.split(/\s+/),
);
const namedPriorities = new Map<unknown, number>([
  ['low', 0],
  ['medium', 50],
  ['high', 100],
]);

/**
 * Reads a job definition and checks its top level as LAVA's job schema does (LAVA 2023.01), all problems at once.
 * @param strict also refuse keys that LAVA does not know, as `jobs validate --strict` does
 */
export function parseDefinition(text: string, strict = false): ParsedDefinition {
  const yaml = parseYaml(text);
  if (!yaml.ok) return failed([{ path: '', message: `not YAML: ${yaml.problem}` }]);
  const job = yaml.value;
  if (!isMapping(job)) return failed([{ path: '', message: 'a job definition must be a mapping' }]);
  const multinode = isMapping(job['protocols']) && job['protocols']['lava-multinode'] !== undefined;
  if (multinode) {
    return failed([
      {
        path: 'protocols.lava-multinode',
        message: 'this master does not run multinode jobs; submit one job for each device',
      },
    ]);
  }
  const problems = [
    ...checkTop(job, strict),
    ...checkTimeouts(job['timeouts']),
    ...checkActions(job['actions'], jobSeconds(job['timeouts'])),
  ];
  return problems.length === 0 ? { ok: true, definition: read(job) } : failed(problems);
}

function failed(problems: readonly DefinitionProblem[]): ParsedDefinition {
  return { ok: false, problems };
}

function checkTop(job: Readonly<Record<string, unknown>>, strict: boolean): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  const check = (path: string, good: boolean, message: string) => {
    if (!good) problems.push({ path, message });
  };
  const optional = (key: string, test: (value: unknown) => boolean, message: string) => {
    check(key, job[key] === undefined || test(job[key]), message);
  };
  for (const key of ['job_name', 'device_type', 'timeouts', 'visibility', 'actions']) {
    check(key, job[key] !== undefined, 'required key not provided');
  }
  for (const key of ['job_name', 'device_type']) {
    optional(key, isName, 'must be a text of 1 to 200 characters');
  }
  optional('visibility', isVisibility, 'must be public, personal or {group: [names]}');
  optional('priority', isPriority, 'must be high, medium, low, or a number from 0 to 100');
  optional('tags', isTextList, 'must be a list of texts');
  for (const key of ['context', 'metadata', 'environment', 'secrets', 'protocols', 'notify']) {
    optional(key, isMapping, 'must be a mapping');
  }
  optional('reboot_to_fastboot', (value) => typeof value === 'boolean', 'must be true or false');
  for (const key of strict ? Object.keys(job) : []) {
    check(key, knownKeys.has(key), 'extra keys not allowed');
  }
  return problems;
}

function jobSeconds(timeouts: unknown): number | null {
  return isMapping(timeouts) ? timeoutSeconds(timeouts['job']) : null;
}

function checkTimeouts(timeouts: unknown): DefinitionProblem[] {
  if (timeouts === undefined) return [];
  if (!isMapping(timeouts)) return [{ path: 'timeouts', message: 'must be a mapping' }];
  const limit = jobSeconds(timeouts);
  const problems: DefinitionProblem[] = [];
  if (timeouts['job'] === undefined) {
    problems.push({ path: 'timeouts.job', message: 'required key not provided' });
  }
  const single = ['job', 'action', 'connection', 'queue'].map((key) => [key, timeouts[key]] as const);
  const grouped = ['actions', 'connections'].flatMap((key) => {
    const group = timeouts[key];
    if (group === undefined) return [];
    if (isMapping(group))
      return Object.entries(group).map(([name, value]) => [`${key}.${name}`, value] as const);
    problems.push({ path: `timeouts.${key}`, message: 'must be a mapping' });
    return [];
  });
  for (const [key, value] of [...single, ...grouped]) {
    if (value === undefined) continue;
    const path = `timeouts.${key}`;
    const seconds = timeoutSeconds(value);
    if (seconds === null) {
      problems.push({ path, message: 'must have one of days, hours, minutes, seconds, 1 or more' });
    } else if (limit !== null && seconds > limit && key !== 'queue') {
      problems.push({ path, message: 'is larger than the job timeout' });
    }
  }
  return problems;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= 200;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isPriority(value: unknown): boolean {
  return (
    namedPriorities.has(value) || (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 100)
  );
}

function isVisibility(value: unknown): boolean {
  return (
    value === 'public' ||
    value === 'personal' ||
    (isMapping(value) && Object.keys(value).length === 1 && isTextList(value['group']))
  );
}

/** Of a job that was checked. */
function read(job: Readonly<Record<string, unknown>>): JobDefinition {
  const { priority, context, tags, timeouts } = job;
  return {
    name: job['job_name'] as string,
    deviceType: job['device_type'] as string,
    priority: namedPriorities.get(priority) ?? (typeof priority === 'number' ? priority : 50),
    visibility: job['visibility'] as JobDefinition['visibility'],
    tags: isTextList(tags) ? tags : [],
    context: isMapping(context) ? context : {},
    queueTimeoutS: isMapping(timeouts) ? timeoutSeconds(timeouts['queue']) : null,
  };
}
