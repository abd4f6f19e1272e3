import { sessionOf } from '../boot/session-of.js';
import { quoteForShell } from '../console/command-line.js';
import type { ConsoleSession } from '../console/session.js';
import { JobFailure } from '../failure.js';
import type { InlineDefinition } from '../../job/index.js';
import type { Action, ActionRun } from '../pipeline/action.js';
import { namespaceData } from '../pipeline/context.js';
import type { Regex } from '../../regex/index.js';
import { compilePattern, describePatterns } from '../pattern.js';
import { boardFiles, testCommands, writeCommands } from './board-scripts.js';
import { SignalReader, type NamedDefinition } from './signals.js';
import { typedSteps } from './typed-steps.js';

const signal = compilePattern('<LAVA_SIGNAL_(\\S+) ([^>]+)>');
const exit = compilePattern('<LAVA_TEST_RUNNER EXIT>');
const installFail = compilePattern('<LAVA_TEST_RUNNER INSTALL_FAIL>');
const status = compilePattern('lava-status-(\\d+)');
const ready = compilePattern('lava-files-ok');

export interface ShellTest {
  readonly definitions: readonly InlineDefinition[];
  /** The number of shell tests in the namespace before this one. */
  readonly stage: number;
  readonly connectionNamespace: string;
  readonly prompts: readonly string[];
}

/**
 * `test: {definitions}`, inline. LAVA adds scripts to the image before it boots. The executor instead writes them over the
 * console if the board's shell can store files, and otherwise types the steps one by one (docs/jobs.md).
 */
export function shellTest(test: ShellTest): Action {
  return {
    name: 'lava-test-retry',
    summary: 'run test definitions, with retries if the job sets them',
    retries: { maxTries: 1 },
    steps: [
      {
        name: 'lava-test-shell',
        summary: 'run test definitions in the shell of the board',
        timeoutType: 'LAVATimeout',
        run: (run) => runShell(run, test),
      },
    ],
  };
}

async function runShell(run: ActionRun, test: ShellTest): Promise<void> {
  const { job, planned } = run;
  const runs = test.definitions.map((definition, index): NamedDefinition => ({
    definition,
    suite: `${index}_${definition.name}`,
    id: `${job.id}_${planned.level}.${index + 1}`,
  }));
  const shell = new BoardShell(
    run,
    sessionOf(namespaceData(job, test.connectionNamespace)),
    test.prompts.map((prompt) => compilePattern(prompt)),
  );
  const signals = new SignalReader(job.log, runs, planned.namespace);
  try {
    await shell.command('#');
    const directory = await shell.findDirectory(job.id);
    if (directory === undefined) {
      job.log.info('this shell cannot store files: the steps are typed one by one');
      await typeSteps(shell, signals, runs, job.definition.environment);
    } else {
      const home = `${directory}/${test.stage}`;
      await writeFiles(shell, home, runs, job.definition.environment);
      await runScripts(shell, signals, home, test.stage);
    }
  } finally {
    signals.finish();
  }
}

/** Runs commands at a prompt. */
class BoardShell {
  readonly #run: ActionRun;
  readonly session: ConsoleSession;
  readonly #prompts: readonly Regex[];
  /** The line that was typed last. */
  #sent = '';

  constructor(run: ActionRun, session: ConsoleSession, prompts: readonly Regex[]) {
    this.#run = run;
    this.session = session;
    this.#prompts = prompts;
  }

  async send(line: string): Promise<void> {
    this.#sent = line;
    await this.session.sendLine(line, this.#run.planned.characterDelayMs, this.#run.scope);
  }

  /** Types a line and waits for the prompt after it. */
  async command(line: string): Promise<void> {
    await this.send(line);
    await this.expect([], true);
  }

  /** Waits for one of the patterns. @returns undefined if a prompt comes first */
  async expect(patterns: readonly Regex[], canPrompt: boolean) {
    const all = canPrompt ? [...patterns, ...this.#prompts] : patterns;
    const what = canPrompt
      ? `the prompt ${describePatterns(this.#prompts)} after '${shorten(this.#sent)}'`
      : 'a signal of the test or its end';
    const found = await this.session.expect(all, { scope: this.#run.scope, what });
    return found.index < patterns.length ? found : undefined;
  }

  /** Returns the exit status of the previous line. */
  async status(): Promise<number> {
    await this.send('echo lava-status-$?');
    const found = await this.expect([status], true);
    if (found === undefined) return 1;
    await this.expect([], true);
    return Number(found.match.groups[1]);
  }

  /** Creates a directory for the job's scripts. @returns undefined if this shell cannot use one */
  async findDirectory(jobId: string): Promise<string | undefined> {
    for (const directory of [`/lava-${jobId}`, `/tmp/lava-${jobId}`]) {
      const probe = `${directory}/probe`;
      // The quotes prevent the echo of the typed line from matching.
      const check = `mkdir -p ${directory} && printf 'echo lava-files-""ok\\n' > ${probe} && sh ${probe}`;
      await this.send(check);
      const found = await this.expect([ready], true);
      if (found === undefined) continue;
      await this.expect([], true);
      return directory;
    }
    return undefined;
  }
}

function shorten(line: string): string {
  return line.length > 100 ? `${line.slice(0, 100)}...` : line;
}

async function writeFiles(
  shell: BoardShell,
  home: string,
  runs: readonly NamedDefinition[],
  environment: readonly (readonly [string, string])[],
): Promise<void> {
  const folders = [`${home}/bin`, ...runs.map((run) => `${home}/tests/${run.suite}`)];
  await shell.command(`mkdir -p ${folders.join(' ')}`);
  for (const file of boardFiles(home, runs, environment)) {
    for (const command of writeCommands(file)) await shell.command(command);
  }
  const [first, ...others] = testCommands;
  await shell.command(`chmod 755 ${home}/bin/*`);
  await shell.command(`for f in ${others.join(' ')}; do ln -sf ${first} ${home}/bin/$f; done`);
}

async function runScripts(
  shell: BoardShell,
  signals: SignalReader,
  home: string,
  stage: number,
): Promise<void> {
  let isInstallFailed = false;
  await shell.send(`sh ${home}/bin/lava-test-runner`);
  for (;;) {
    const own = signals.running?.pattern;
    const pattern = own === undefined ? [] : [compilePattern(own, 'lines')];
    const found = await shell.expect([exit, installFail, signal, ...pattern], false);
    if (found === undefined || found.index === 0) break;
    if (found.index === 1) isInstallFailed = true;
    else if (found.index === 2) signals.handle(found.match.groups[1] ?? '', found.match.groups[2] ?? '');
    else signals.patternResult(found.match.named);
  }
  if (isInstallFailed) throw new JobFailure('Test', `cannot install the requirements of test stage ${stage}`);
}

/** Types the steps. As with `set -e`, a failed step ends its definition. */
async function typeSteps(
  shell: BoardShell,
  signals: SignalReader,
  runs: readonly NamedDefinition[],
  environment: readonly (readonly [string, string])[],
): Promise<void> {
  for (const [name, value] of environment) await shell.command(`export ${name}=${quoteForShell(value)}`);
  for (const { definition, suite, id } of runs) {
    for (const [name, value] of definition.parameters) {
      await shell.command(`export ${name}=${quoteForShell(value)}`);
    }
    for (const step of definition.installSteps) await shell.command(step);
    signals.handle('STARTRUN', `${suite} ${id}`);
    if (await typeDefinition(shell, signals, definition)) signals.handle('ENDRUN', `${suite} ${id}`);
    else signals.finish();
  }
}

async function typeDefinition(
  shell: BoardShell,
  signals: SignalReader,
  definition: InlineDefinition,
): Promise<boolean> {
  const own = definition.pattern === undefined ? [] : [compilePattern(definition.pattern, 'lines')];
  for (const step of definition.steps.flatMap(typedSteps)) {
    if (step.testCase !== undefined) signals.handle('STARTTC', step.testCase);
    await shell.send(step.line);
    for (;;) {
      const found = await shell.expect([signal, ...own], true);
      if (found === undefined) break;
      if (found.index === 0) signals.handle(found.match.groups[1] ?? '', found.match.groups[2] ?? '');
      else signals.patternResult(found.match.named);
    }
    const code = await shell.status();
    if (step.testCase !== undefined) {
      signals.handle('ENDTC', step.testCase);
      const result = code === 0 ? 'pass' : 'fail';
      signals.handle('TESTCASE', `TEST_CASE_ID=${step.testCase} RESULT=${result}`);
    } else if (code !== 0) {
      return false;
    }
  }
  return true;
}
