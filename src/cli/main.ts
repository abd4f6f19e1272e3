import { Command } from 'commander';
import { readFileSync } from 'node:fs';

import { registerCommands } from './commands/index.js';
import { reportFailure } from './failure.js';

/** The package's own version, read from package.json beside dist/. */
function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Parses the command line, runs one command, and sets the exit code (docs/command-line.md). */
async function main(): Promise<void> {
  const program = new Command('lavaflow');
  program
    .description('GitOps for LAVA board farms')
    .version(readVersion())
    .showHelpAfterError('(lavaflow COMMAND --help tells more)');
  await registerCommands(program, process.argv[2]);
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = reportFailure(error);
  }
}

await main();
