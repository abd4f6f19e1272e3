import { mkdir, rm, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../diagnostics/index.js';
import { readIfThere, replaceFile } from '../../host/index.js';

/** DIR/NAME.json: the addresses of a running board. Mode 0600, because it contains the token of the control port. */
export interface BoardEntry {
  readonly name: string;
  readonly host: string;
  readonly consolePort: number;
  readonly controlPort: number;
  readonly token: string;
  readonly pid: number;
}

/** Where boards are registered: LAVAFLOW_BOARD_DIR, else the user's own folder. */
export function boardDirectory(): string {
  const given = process.env['LAVAFLOW_BOARD_DIR'];
  return given !== undefined && given !== '' ? given : join(tmpdir(), `lavaflow-boards-${userInfo().uid}`);
}

export async function writeEntry(directory: string, entry: BoardEntry): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // Set by a dispatcher that shares the boards with the group of its jobs.
  const isShared = ((await stat(directory)).mode & 0o2000) !== 0;
  const mode = isShared ? 0o640 : 0o600;
  // No board survives a crash of the machine.
  await replaceFile(entryPath(directory, entry.name), `${JSON.stringify(entry)}\n`, { durable: false, mode });
}

/** Throws UsageError when no such board was started. */
export async function readEntry(directory: string, name: string): Promise<BoardEntry> {
  const entry = await findEntry(directory, name);
  if (entry === undefined) {
    throw new UsageError(
      `there is no simulated board '${name}' in ${directory}`,
      `Start it with lavaflow board serve ${name} --dir ${directory}.`,
    );
  }
  return entry;
}

export async function findEntry(directory: string, name: string): Promise<BoardEntry | undefined> {
  const text = await readIfThere(entryPath(directory, name));
  if (text === null) return undefined;
  const value: unknown = JSON.parse(text);
  return isEntry(value) ? value : undefined;
}

export async function removeEntry(directory: string, name: string, pid: number): Promise<void> {
  const entry = await findEntry(directory, name);
  if (entry?.pid === pid) await rm(entryPath(directory, name), { force: true });
}

function isEntry(value: unknown): value is BoardEntry {
  const entry = value as Partial<BoardEntry> | null;
  return (
    typeof entry === 'object' &&
    typeof entry?.host === 'string' &&
    typeof entry.consolePort === 'number' &&
    typeof entry.controlPort === 'number' &&
    typeof entry.token === 'string' &&
    typeof entry.pid === 'number'
  );
}

/** Throws UsageError for a name that is not a file name. */
function entryPath(directory: string, name: string): string {
  if (!/^[A-Za-z0-9][\w.-]{0,99}$/.test(name)) {
    throw new UsageError(`'${name}' is not a valid board name`, "Use letters, digits, '.', '_' and '-'.");
  }
  return join(directory, `${name}.json`);
}
