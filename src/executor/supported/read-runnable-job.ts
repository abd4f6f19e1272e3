/**
 * Determines which jobs this executor can run. `job` reads LAVA's format itself; this directory rejects valid jobs that the
 * executor does not support. It ignores nothing silently: an unsupported or unknown key fails the job at its start.
 */
import {
  findUnusablePatterns,
  problemAt,
  readJob,
  type Block,
  type InlineDefinition,
  type JobProblem,
  type JobSource,
  type TestBlock,
} from '../../job/index.js';
import { isMapping } from '../../pyyaml/index.js';
import { boardVariables } from './board-variables.js';
import { runnableDeploy } from './runnable-deploy.js';
import type { RunnableBlock, RunnableJob } from './runnable-job.js';
import { unsupportedKeys } from './unsupported-keys.js';

type At = JobProblem['at'];

export type ReadRunnableJob =
  | { readonly ok: true; readonly definition: RunnableJob }
  | { readonly ok: false; readonly problems: readonly JobProblem[] };

/** Reads a job and checks that this executor supports it. Reports all problems at once, grouped by action. */
export function readRunnableJob(text: string): ReadRunnableJob {
  const read = readJob(text, { for: 'dispatcher', isStrict: true });
  const problems = read.ok ? [] : [...read.problems];
  const environment = boardVariables(environmentOf(read.source), problems);
  if (read.source !== null) {
    problems.push(...unsupportedKeys(read.source), ...findUnusablePatterns(read.source));
  }
  const given = read.ok ? read.job.blocks : read.blocks;
  const blocks = given.flatMap((block, index) => {
    const runnable = block && runnableBlock(block, ['actions', index], problems);
    return runnable === null ? [] : [runnable];
  });
  if (!read.ok || problems.length > 0) return { ok: false, problems: byAction(problems) };
  const { name, timeouts, context } = read.job;
  const architecture = typeof context['arch'] === 'string' ? context['arch'] : undefined;
  return { ok: true, definition: { name, timeouts, architecture, context, environment, blocks } };
}

/**
 * Finds what this executor does not support in a job, by the text of the job alone: a device may lack more. Does not
 * report what makes the job invalid for LAVA, too.
 */
export function findUnsupported(text: string): readonly JobProblem[] {
  const read = readJob(text, { for: 'dispatcher' });
  const all = readRunnableJob(text);
  if (all.ok) return [];
  const invalid = new Set(read.ok ? [] : read.problems.map(({ path }) => path));
  return all.problems.filter(({ path }) => !invalid.has(path));
}

function environmentOf(source: JobSource | null): Readonly<Record<string, unknown>> {
  const environment = source?.['environment'];
  return isMapping(environment) ? environment : {};
}

function runnableBlock(block: Block, action: At, problems: JobProblem[]): RunnableBlock | null {
  const path: At = [...action, block.kind === 'other' ? block.section : block.kind];
  switch (block.kind) {
    case 'deploy':
      return runnableDeploy(block, path, problems);
    case 'boot':
    case 'command':
      return block;
    case 'test':
      return { ...block, test: runnableTest(block.test, path, problems) };
    case 'other': {
      const [key, supported] =
        block.section === 'deploy' ? ['to', 'tmpfs'] : ['method', 'qemu, u-boot and minimal'];
      problems.push(
        problemAt([...path, key], `${JSON.stringify(block.method)} is not supported, only ${supported}`),
      );
      return null;
    }
  }
}

function runnableTest(test: TestBlock['test'], path: At, problems: JobProblem[]) {
  if (test.how !== 'definitions') return test;
  const definitions = test.definitions.flatMap((definition, index): readonly InlineDefinition[] => {
    if (definition.from === 'inline') return [definition];
    const message = `${JSON.stringify(definition.from)}: only inline definitions are supported`;
    problems.push(problemAt([...path, 'definitions', index, 'from'], message));
    return [];
  });
  return { how: test.how, definitions };
}

/** Sorts top-level problems first, then those of each action, otherwise in the order in which they were found. */
function byAction(problems: readonly JobProblem[]): readonly JobProblem[] {
  return problems.toSorted((a, b) => actionOf(a) - actionOf(b));
}

function actionOf({ at: [key, index] }: JobProblem): number {
  return key === 'actions' && typeof index === 'number' ? index : -1;
}
