/**
 * Determines which jobs this executor can run. `job` reads LAVA's format itself; this directory rejects valid jobs that the
 * executor does not support. It ignores nothing silently: an unsupported or unknown key fails the job at its start.
 */
import {
  formatProblem,
  readJob,
  type Block,
  type InlineDefinition,
  type JobSource,
  type TestBlock,
} from '../../job/index.js';
import { isMapping } from '../../pyyaml/index.js';
import { boardVariables } from './board-variables.js';
import { runnableDeploy } from './runnable-deploy.js';
import type { RunnableBlock, RunnableJob } from './runnable-job.js';
import { unsupportedKeys } from './unsupported-keys.js';
import { unusablePatterns } from './unusable-patterns.js';

export type ReadRunnableJob =
  | { readonly ok: true; readonly definition: RunnableJob }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads a job and checks that this executor supports it. Reports all problems at once, grouped by action. */
export function readRunnableJob(text: string): ReadRunnableJob {
  const read = readJob(text, { for: 'dispatcher', isStrict: true });
  const problems = read.ok ? [] : read.problems.map(formatProblem);
  const environment = boardVariables(environmentOf(read.source), problems);
  if (read.source !== null) problems.push(...unsupportedKeys(read.source));
  const given = read.ok ? read.job.blocks : read.blocks;
  const blocks = given.flatMap((block, index) => {
    const runnable = block && runnableBlock(block, `actions[${index}].`, problems);
    return runnable === null ? [] : [runnable];
  });
  if (!read.ok || problems.length > 0) return { ok: false, problems: byAction(problems) };
  const { name, timeouts, context } = read.job;
  const architecture = typeof context['arch'] === 'string' ? context['arch'] : undefined;
  return { ok: true, definition: { name, timeouts, architecture, environment, blocks } };
}

function environmentOf(source: JobSource | null): Readonly<Record<string, unknown>> {
  const environment = source?.['environment'];
  return isMapping(environment) ? environment : {};
}

function runnableBlock(block: Block, prefix: string, problems: string[]): RunnableBlock | null {
  const path = prefix + (block.kind === 'other' ? block.section : block.kind);
  problems.push(...unusablePatterns(block, path));
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
      problems.push(`${path}.${key}: ${JSON.stringify(block.method)} is not supported, only ${supported}`);
      return null;
    }
  }
}

function runnableTest(test: TestBlock['test'], path: string, problems: string[]) {
  if (test.how !== 'definitions') return test;
  const definitions = test.definitions.flatMap((definition, index): readonly InlineDefinition[] => {
    if (definition.from === 'inline') return [definition];
    problems.push(
      `${path}.definitions[${index}].from: ${JSON.stringify(definition.from)}: only inline definitions are supported`,
    );
    return [];
  });
  return { how: test.how, definitions };
}

/** Sorts top-level problems first, then those of each action, otherwise in the order in which they were found. */
function byAction(problems: readonly string[]): readonly string[] {
  return problems.toSorted((a, b) => actionOf(a) - actionOf(b));
}

function actionOf(problem: string): number {
  return Number(/^actions\[(\d+)\]/.exec(problem)?.[1] ?? -1);
}
