import type { Command } from 'commander';

import { parsePort } from '../options/lab.js';
import { runPart } from '../part.js';

interface BoardOptions {
  readonly dir?: string;
}

export function registerBoard(program: Command): void {
  const board = program.command('board').description('run and control simulated U-Boot Linux boards');
  const directory = [
    '--dir <DIR>',
    'where boards store their ports (default: $LAVAFLOW_BOARD_DIR, or a directory per user)',
  ] as const;

  board
    .command('serve NAME...')
    .description(
      'serve these boards, each with a serial console on TCP and a control socket for power and faults',
    )
    .option(...directory)
    .option(
      '--console-port <PORT>',
      'the port of the console, for a single board; 0 picks any free port',
      parsePort,
      0,
    )
    .action(async (names: string[], { dir, consolePort }: BoardOptions & { consolePort: number }) => {
      const { serveBoards } = await import('../../app/boards/index.js');
      await runPart(() => serveBoards({ names, directory: dir, consolePort }));
    });

  board
    .command('connect NAME')
    .description('connect standard input and output to the serial console; Ctrl-] disconnects')
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
    .description('control the power; ACTION is on, off or reset')
    .option(...directory)
    .action((action: string, name: string, options: BoardOptions) =>
      control(name, options, ['power', action]),
    );
  board
    .command('fault NAME FAULT [ARGUMENT...]')
    .description('make the board misbehave (docs/simulated-board.md)')
    .option(...directory)
    .action((name: string, fault: string, args: string[], options: BoardOptions) =>
      control(name, options, ['fault', fault, ...args]),
    );
}
