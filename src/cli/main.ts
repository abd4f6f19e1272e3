import { Command } from 'commander';

import { surviveClosedOutput } from './closed-output.js';
import { registerCommands } from './commands/index.js';
import { reportFailure } from './failure.js';
import { readVersion } from './version.js';

/** Parses the command line, runs one command, and sets the exit code (docs/command-line.md). */
async function main(): Promise<void> {
  surviveClosedOutput();
  process.on('uncaughtException', fail);
  const program = new Command('lavaflow');
  program
    .description('GitOps for LAVA board farms')
    .version(readVersion())
    .showHelpAfterError('(lavaflow COMMAND --help tells more)');
  try {
    await registerCommands(program, process.argv[2]);
    await program.parseAsync();
  } catch (error) {
    fail(error);
  }
}

/** Ends at once: what failed while it started may still hold a port or the channel to its parent. */
function fail(error: unknown): void {
  process.exit(reportFailure(error));
}

await main();
