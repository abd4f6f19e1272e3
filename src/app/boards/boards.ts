/** Simulated boards, served and used by one process each (docs/simulated-board.md). */
import * as board from '../../board/index.js';
import type { RunningPart } from '../parts/index.js';

export interface BoardServing {
  readonly names: readonly string[];
  /** Where boards write their ports; default: `$LAVAFLOW_BOARD_DIR`, or a directory of the user. */
  readonly directory?: string | undefined;
  /** Of a single board; 0: any free port. */
  readonly consolePort: number;
}

/**
 * Serves simulated boards in this process: all of them, or none.
 * @throws UsageError
 * @throws ExternalError
 */
export async function serveBoards({ names, directory, consolePort }: BoardServing): Promise<RunningPart> {
  const dir = directory ?? board.boardDirectory();
  const boards: board.ServedBoard[] = [];
  const stop = async (): Promise<void> => {
    for (const one of boards) await one.stop();
  };
  try {
    for (const name of names) boards.push(await board.serveBoard({ name, dir, consolePort }));
  } catch (error) {
    await stop();
    throw error;
  }
  return { ready: { consolePorts: boards.map((one) => one.consolePort) }, stop };
}

/**
 * Connects streams to a board's serial console until one of them ends.
 * @throws UsageError
 * @throws ExternalError
 */
export async function connectToBoard(
  name: string,
  directory: string | undefined,
  input: Parameters<typeof board.connectBoard>[2],
  output: Parameters<typeof board.connectBoard>[3],
): Promise<void> {
  await board.connectBoard(name, directory ?? board.boardDirectory(), input, output);
}

/**
 * @param command such as `['power', 'on']` (docs/simulated-board.md).
 * @throws UsageError
 * @throws ExternalError
 */
export async function controlBoard(
  name: string,
  directory: string | undefined,
  command: readonly string[],
): Promise<void> {
  await board.controlBoard(name, directory ?? board.boardDirectory(), command);
}
