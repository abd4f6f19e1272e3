import type { Command } from 'commander';

import { parsePort } from '../options/lab.js';
import { runPart } from '../part.js';

interface BoardOptions {
  readonly dir?: string;
}

export function registerBoard(program: Command): void {
  const board = program.command('board').description('a simulated U-Boot Linux board');
  const directory = [
    '--dir <DIR>',
    'where boards write their ports (default: $LAVAFLOW_BOARD_DIR, or a directory of yours)',
  ] as const;

  board
    .command('serve NAME...')
    .description('serve these boards: a serial console on TCP for each, and a control socket for their power')
    .option(...directory)
    .option(
      '--console-port <PORT>',
      'where the console of a single board listens; port 0 picks any free port',
      parsePort,
      0,
    )
    .action(async (names: string[], { dir, consolePort }: BoardOptions & { consolePort: number }) => {
      const { serveBoards } = await import('../../app/boards/index.js');
      await runPart(() => serveBoards({ names, directory: dir, consolePort }));
    });

  board
    .command('connect NAME')
    .description('the serial console, on standard input and output; Ctrl-] leaves')
    .option(...directory)
    .action(async (name: string, options: BoardOptions) => {
      const { connectToBoard } = await import('../../app/boards/index.js');
      await connectToBoard(name, options.dir, process.stdin, process.stdout);
    });

  const control = async (name: string, options: BoardOptions, command: readonly string[]): Promise<void> => {
    const { controlBoard } = await import('../../app/boards/index.js');
    await controlBoard(name, options.dir, command);
  };
  board
    .command('power ACTION NAME')
    .description('on, off or reset')
    .option(...directory)
    .action((action: string, name: string, options: BoardOptions) =>
      control(name, options, ['power', action]),
    );
  board
    .command('fault NAME FAULT [ARGUMENT...]')
    .description('break the board: see docs/simulated-board.md')
    .option(...directory)
    .action((name: string, fault: string, args: string[], options: BoardOptions) =>
      control(name, options, ['fault', fault, ...args]),
    );
}
