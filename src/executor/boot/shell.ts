import { quoteForShell } from '../console/command-line.js';
import type { Action } from '../pipeline/action.js';
import { compilePattern } from '../pattern.js';
import { sessionOf } from './session-of.js';

/** Waits for a shell prompt, so that the next action starts at one. */
export function expectShell(prompts: readonly string[]): Action {
  return {
    name: 'expect-shell-connection',
    summary: 'wait for a shell prompt',
    run: async ({ data, scope }) => {
      const session = sessionOf(data);
      await session.sendLine('', 0, scope);
      await session.expect(
        prompts.map((prompt) => compilePattern(prompt)),
        { scope },
      );
    },
  };
}

/** Sets the worker's variables for boards (env-dut.yaml) in the board's shell. */
export function exportEnvironment(prompts: readonly string[]): Action {
  return {
    name: 'export-device-env',
    summary: 'set the environment of the board',
    run: async ({ job, data, scope, planned }) => {
      const session = sessionOf(data);
      for (const [name, value] of Object.entries(job.boardEnvironment)) {
        await session.sendLine(`export ${name}=${quoteForShell(value)}`, planned.characterDelayMs, scope);
        const patterns = prompts.map((prompt) => compilePattern(prompt));
        await session.expect(patterns, { scope, limitMs: planned.connectionTimeoutMs });
      }
    },
  };
}
