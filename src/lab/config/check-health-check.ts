import { defaultRelease, formatRelease, type Master, type ReleaseNumber } from '../../model/index.js';
import { formatProblem, readJob, type JobProblem, type JobSource } from '../../job/index.js';
import { nearest, type Place } from '../../diagnostics/index.js';
import { orElse } from '../names.js';
import { asMapping } from '../../pyyaml/index.js';
import type { LabDevice } from '../devices/read-dictionaries.js';
import { noteOnMaster } from '../note-on-master.js';
import type { Report } from '../report.js';
import { listAt, type YamlTree } from '../yaml/yaml-tree.js';

/** Finds what the executor of an embedded master cannot run in a job that LAVA accepts. */
export type FindUnsupported = (text: string) => readonly JobProblem[];

/** A health check, and what it is for. */
export interface CheckedJob {
  readonly file: string;
  readonly text: string;
  readonly tree: YamlTree;
  readonly deviceType: string;
  /** The devices of this type. */
  readonly devices: readonly LabDevice[];
  /** The masters that serve these devices. */
  readonly masters: readonly Master[];
  /** The groups that the lab names anywhere else. */
  readonly groups: ReadonlySet<string>;
  /** Whether the JSON schema of the file has already reported its outer structure. */
  readonly hasWrongShape: boolean;
}

/**
 * Reports what makes a health check fail on the masters that run it: LAVA sets every device of the type to Bad. The rules are those of
 * a submitted job, except where LAVA's scheduler does something else with a health check.
 */
export function checkHealthCheck(check: CheckedJob, findUnsupported: FindUnsupported, report: Report): void {
  const { file, tree } = check;
  const source = sourceOf(tree);
  const before = report.hasErrors(file);
  reportProblems(check, report);
  if (source !== null) {
    reportTags(check, source, report);
    reportGroups(check, source, report);
    reportLogins(check, source, report);
  }
  if (!before && !report.hasErrors(file)) reportUnsupported(check, findUnsupported, report);
}

function sourceOf({ value }: YamlTree): JobSource | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
    ? (value as JobSource)
    : null;
}

/** Reports what any master that runs the health check rejects, or else the keys that it ignores. */
function reportProblems({ text, tree, masters, hasWrongShape }: CheckedJob, report: Report): void {
  const seen = new Set<string>();
  for (const options of readersOf(masters)) {
    const read = readJob(text, { for: 'health-check', ...options });
    const isNew = (problem: JobProblem) => {
      const message = formatProblem(problem);
      // The schema of the file reports the outer structure with its own words.
      const isReported = hasWrongShape && isReportedBySchema(problem, tree, report);
      if (seen.has(message) || isReported) return false;
      seen.add(message);
      return true;
    };
    for (const problem of read.ok ? [] : mainProblems(read.problems).filter(isNew))
      report.error('yaml-wrong-value', placeOf(problem, tree), formatProblem(problem), problem.hint);
    for (const problem of read.ignored.filter(isNew)) {
      const message = `${formatProblem(problem)}: LAVA ignores it`;
      report.warn('yaml-unknown-key', placeOf(problem, tree), message, problem.hint);
    }
  }
}

/** Whether the schema of the file reported the same, or the keys of the same action. */
function isReportedBySchema(problem: JobProblem, tree: YamlTree, report: Report): boolean {
  const { at } = problem;
  if (at.length <= 1 || report.hasErrorAt(placeOf(problem, tree))) return true;
  const [, index] = at;
  if (at[0] !== 'actions' || at.length !== 3 || typeof index !== 'number') return false;
  const keys = Object.keys(asMapping(listAt(tree, ['actions'])[index]) ?? {});
  return keys.some((key) => report.hasErrorAt(tree.placeOf(['actions', index], key)));
}

function placeOf({ at, key }: JobProblem, tree: YamlTree): Place {
  return key === undefined ? tree.placeOf(at) : tree.placeOf(at.slice(0, -1), key);
}

/** The other problems of a multinode job result from its roles. */
function mainProblems(problems: readonly JobProblem[]): readonly JobProblem[] {
  const multinode = problems.filter(({ path }) => path === 'protocols.lava-multinode');
  return multinode.length > 0 ? multinode : problems;
}

/** The different ways in which these masters read a job. */
function readersOf(masters: readonly Master[]): Iterable<{
  readonly release: ReleaseNumber;
  readonly extraContextVariables: readonly string[];
  readonly releaseNote: string;
}> {
  const readers = masters.map((master) => {
    const { release = defaultRelease, extraContextVariables = [] } = master;
    return { release, extraContextVariables, releaseNote: noteOnMaster(master) };
  });
  if (readers.length === 0) {
    const releaseNote = `${formatRelease(defaultRelease)} is assumed`;
    readers.push({ release: defaultRelease, extraContextVariables: [], releaseNote });
  }
  const byRules = ({ release, extraContextVariables }: (typeof readers)[number]) =>
    JSON.stringify([release, extraContextVariables]);
  return new Map(readers.map((reader) => [byRules(reader), reader])).values();
}

/** LAVA ignores the tags of a health check (`schedule_health_check`, 2020.05 to 2026.10), so the author meant something else. */
function reportTags({ tree, devices, deviceType }: CheckedJob, source: JobSource, report: Report): void {
  const tags = source['tags'];
  if (!Array.isArray(tags) || devices.length === 0) return;
  for (const [index, tag] of (tags as readonly unknown[]).entries()) {
    if (typeof tag !== 'string' || devices.some(({ fields }) => fields.tags?.includes(tag) === true))
      continue;
    report.warn(
      'health-check-tag-unknown',
      tree.placeOf(['tags', index]),
      `no device of the type "${deviceType}" has the tag "${tag}"`,
      'Remove the tag: LAVA runs a health check on every device of the type, whatever its tags.',
    );
  }
}

/** LAVA logs in only if it knows the prompt after the login (`BootHasMixin.has_prompts`, all releases). */
function reportLogins({ tree }: CheckedJob, source: JobSource, report: Report): void {
  const actions: readonly unknown[] = Array.isArray(source['actions']) ? source['actions'] : [];
  for (const [index, action] of actions.entries()) {
    const boot = asMapping(asMapping(action)?.['boot']);
    if (boot?.['auto_login'] === undefined || boot['prompts'] !== undefined) continue;
    report.warn(
      'yaml-missing-key',
      tree.placeOf(['actions', index, 'boot'], 'auto_login'),
      'auto_login has no effect without prompts',
      "Add `prompts: ['root@']`, for example: what the board prints after the login.",
    );
  }
}

/**
 * LAVA sets every device of the type to Bad if it knows none of the groups (`_create_pipeline_job`). The master may have groups that
 * the lab does not know, so this is a warning.
 */
function reportGroups({ tree, groups }: CheckedJob, source: JobSource, report: Report): void {
  const { group } = asMapping(source['visibility']) ?? {};
  if (!Array.isArray(group) || group.some((name) => groups.has(String(name)))) return;
  const names = group.map((name) => JSON.stringify(name)).join(', ');
  const near = typeof group[0] === 'string' ? nearest(group[0], groups) : undefined;
  report.warn(
    'health-check-no-group',
    tree.placeOf(['visibility', 'group']),
    group.length === 0
      ? 'the health check is visible to no group, which LAVA rejects'
      : `no other file of the lab names the group ${names}; if the master does not have it, the devices become Bad`,
    orElse(near, 'Use visibility: public, or a group that the master has.'),
  );
}

/**
 * An error if only embedded masters run the health check. If a stock LAVA does, too, the devices may be meant for it: a warning
 * if one of them is on the worker that `lavaflow up` starts.
 */
function reportUnsupported(check: CheckedJob, findUnsupported: FindUnsupported, report: Report): void {
  const { masters, devices, tree } = check;
  const embedded = masters.filter(({ address }) => 'embedded' in address);
  const isOnlyEmbedded = embedded.length === masters.length;
  const running = isOnlyEmbedded ? embedded : embedded.filter((master) => runsOneOf(devices, master));
  if (running.length === 0) return;
  const names = running.map(({ name }) => `"${name}"`).join(' and ');
  for (const problem of findUnsupported(check.text)) {
    const place = tree.placeOf(problem.at);
    const message = `${formatProblem(problem)} (the master ${names} runs jobs with lavaflow's own executor)`;
    const hint =
      'Use what "What is supported" in docs/jobs.md lists, or serve these devices with a stock LAVA.';
    if (isOnlyEmbedded) report.error('health-check-unsupported', place, message, hint);
    else report.warn('health-check-unsupported', place, message, hint);
  }
}

function runsOneOf(devices: readonly LabDevice[], { address }: Master): boolean {
  return 'embedded' in address && devices.some(({ worker }) => worker === address.embedded.worker);
}
