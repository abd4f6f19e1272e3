import type { Command } from 'commander';

import type { ServedBoard } from '../../board/index.js';
import { parsePort } from '../lab/options.js';
import { runPart } from '../part.js';

interface BoardOptions {
  readonly dir?: string;
}

export function registerBoard(program: Command): void {
  const board = program.command('board').description('a simulated U-Boot Linux board');
  const directory = [
    '--dir <DIR>',
    'where boards note their ports (default: $LAVAFLOW_BOARD_DIR, or one of yours)',
  ] as const;

  board
    .command('serve NAME...')
    .description('be these boards: a serial console on TCP each, and a control socket for their power')
    .option(...directory)
    .option(
      '--console-port <PORT>',
      'where the console of a single board listens; port 0 takes any free port',
      parsePort,
      0,
    )
    .action(async (names: string[], options: BoardOptions & { consolePort: number }) => {
      const { boardDirectory, serveBoard } = await import('../../board/index.js');
      const dir = options.dir ?? boardDirectory();
      await runPart(async () => {
        const boards: ServedBoard[] = [];
        const stop = async (): Promise<void> => {
          for (const one of boards) await one.stop();
        };
        try {
          for (const name of names)
            boards.push(await serveBoard({ name, dir, consolePort: options.consolePort }));
        } catch (error) {
          await stop();
          throw error;
        }
        return { ready: { consolePorts: boards.map(({ consolePort }) => consolePort) }, stop };
      });
    });

  board
    .command('connect NAME')
    .description('the serial console, on standard input and output; Ctrl-] leaves')
    .option(...directory)
    .action(async (name: string, options: BoardOptions) => {
      const { boardDirectory, connectBoard } = await import('../../board/index.js');
      await connectBoard(name, options.dir ?? boardDirectory(), process.stdin, process.stdout);
    });

  const control = async (name: string, options: BoardOptions, command: readonly string[]): Promise<void> => {
    const { boardDirectory, controlBoard } = await import('../../board/index.js');
    await controlBoard(name, options.dir ?? boardDirectory(), command);
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
