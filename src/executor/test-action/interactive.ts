import { sessionOf } from '../boot/session-of.js';
import { serverAddress } from '../boot/bootloader.js';
import type { ConsoleSession } from '../console/session.js';
import { JobFailure } from '../failure.js';
import type { InteractiveCommand, InteractiveScript } from '../../job/index.js';
import type { Action, ActionRun } from '../pipeline/action.js';
import { namespaceData } from '../pipeline/context.js';
import { compilePattern } from '../pattern.js';

/**
 * `test: {interactive}`: types commands at the console and judges each by its output. `stage` is the number of shell tests
 * in the namespace before this one. It is part of the suite's name, as in LAVA.
 */
export function interactiveTest(
  scripts: readonly InteractiveScript[],
  stage: number,
  connectionNamespace: string,
): Action {
  return {
    name: 'lava-test-interactive-retry',
    summary: 'type commands and check their output, with retries if the job sets them',
    retries: { maxTries: 1 },
    steps: [
      {
        name: 'lava-test-interactive',
        summary: 'type commands and check their output',
        timeoutType: 'LAVATimeout',
        run: async (run) => {
          const data = namespaceData(run.job, connectionNamespace);
          const values = new Map(Object.entries(data.substitutions));
          if (!values.has('{SERVER_IP}')) values.set('{SERVER_IP}', serverAddress(run.job));
          values.set('{JOB_ID}', run.job.id);
          for (const script of scripts)
            await runScript({
              run,
              session: sessionOf(data),
              script,
              suite: `${stage}_${script.name}`,
              values,
            });
        },
      },
    ],
  };
}

interface Dialogue {
  readonly run: ActionRun;
  readonly session: ConsoleSession;
  readonly script: InteractiveScript;
  readonly suite: string;
  /** Values for `{NAME}` in commands. Successes add to them. */
  readonly values: Map<string, string>;
}

async function runScript(dialogue: Dialogue): Promise<void> {
  const { run, script, suite } = dialogue;
  const startMs = performance.now();
  let result = 'fail';
  try {
    for (const command of script.commands) await runCommand(dialogue, command);
    result = 'pass';
  } finally {
    run.job.log.ownResult({ case: suite, duration: secondsSince(startMs), result });
  }
}

async function runCommand(dialogue: Dialogue, command: InteractiveCommand): Promise<void> {
  const { run, suite } = dialogue;
  if (command.delayMs !== undefined) {
    await run.scope.sleep(command.delayMs);
    return;
  }
  const startMs = performance.now();
  let isPassed = false;
  try {
    isPassed = await judge(dialogue, command);
    if (!isPassed && command.name === undefined) {
      throw new JobFailure('Test', `the command '${command.command ?? ''}' failed`);
    }
  } finally {
    if (command.name !== undefined) {
      const duration = secondsSince(startMs);
      run.job.log.result({
        definition: suite,
        case: command.name,
        duration,
        result: isPassed ? 'pass' : 'fail',
      });
    }
  }
}

/** Types the command. @returns whether its output matches one of the successes (without any: a prompt) */
async function judge(
  { run: { job, scope, planned }, session, script, values }: Dialogue,
  command: InteractiveCommand,
): Promise<boolean> {
  if (command.command !== null) {
    let line = command.command;
    for (const [key, value] of values) line = line.replaceAll(key, value);
    await session.sendLine(line, planned.characterDelayMs, scope);
    if (script.isEchoDiscarded) await session.readLine({ scope });
  }
  const prompts = script.prompts.map((prompt) => compilePattern(prompt));
  const failures = command.failures.map((failure) => compilePattern(failure.message));
  const successes = command.successes.map((success) => compilePattern(success));
  const found = await session.expect([...prompts, ...failures, ...successes], { scope });
  if (found.index < prompts.length) {
    if (successes.length === 0) return true;
    job.log.error(`a prompt appeared before a success: '${found.match.text}'`);
    return false;
  }
  const failure = command.failures[found.index - prompts.length];
  if (failure !== undefined) {
    job.log.error(`matched a failure: '${failure.message}'`);
    if (failure.errorType !== undefined) {
      throw new JobFailure(failure.errorType, failure.error ?? failure.message);
    }
  } else {
    job.log.info(`matched a success: '${found.match.text}'`);
    // Later commands can use the named groups of a success: {name}.
    for (const [name, value] of Object.entries(found.match.named)) values.set(`{${name}}`, value);
  }
  if (command.isPromptAwaited) await session.expect(prompts, { scope });
  return failure === undefined;
}

function secondsSince(startMs: number): string {
  return ((performance.now() - startMs) / 1000).toFixed(2);
}
