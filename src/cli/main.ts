/** The program `lavaflow`: parses the command line, runs one command, and sets the exit code (docs/command-line.md). */
import { Command } from 'commander';

import { readVersion } from '../package/index.js';
import { surviveClosedOutput } from './closed-output.js';
import { registerCommands } from './commands/index.js';
import { failureToJson, reportFailure } from './failure.js';
import { reportedFindings } from './feedback.js';
import { hasPrinted, printJson } from './output.js';

/** Whether the command that runs prints its result as JSON. */
let isJson = false;

async function main(): Promise<void> {
  surviveClosedOutput();
  process.on('uncaughtException', fail);
  const program = new Command('lavaflow');
  program.description('GitOps for LAVA board farms').version(readVersion());
  program.hook('preAction', (_program, command) => {
    isJson = command.opts<{ readonly format?: unknown }>().format === 'json';
  });
  try {
    registerCommands(program);
    pointToHelp(program, 'lavaflow');
    await program.parseAsync();
  } catch (error) {
    fail(error);
  }
}

/** After an error in the arguments, names the command that lists the options. */
function pointToHelp(command: Command, words: string): void {
  command.showHelpAfterError(`(${words} --help lists the options)`);
  for (const one of command.commands) pointToHelp(one, `${words} ${one.name()}`);
}

/** Exits immediately: a part that failed to start may still hold a port or the channel to its parent. */
function fail(error: unknown): void {
  const code = reportFailure(error);
  if (isJson && !hasPrinted()) printJson(failureToJson(error, reportedFindings));
  process.exit(code);
}

await main();
