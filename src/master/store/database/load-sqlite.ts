import type Database from 'better-sqlite3';
import { reasonOf, UsageError } from '../../../diagnostics/index.js';
import { hasCode } from '../../../host/index.js';

/**
 * Loads better-sqlite3 when a master opens its database. It is an optional dependency because it is a native module:
 * npm omits it if neither a prebuilt binary nor a compiler is available. Everything except the master works without it.
 * @param load replaced in tests
 * @throws UsageError when it is not installed, was not built, or was built for another release of Node
 */
export async function loadSqlite(
  load: () => Promise<typeof Database> = async () => (await import('better-sqlite3')).default,
): Promise<typeof Database> {
  try {
    const Sqlite = await load();
    // The binary is loaded when the first database is opened.
    new Sqlite(':memory:').close();
    return Sqlite;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new UsageError(
      `the embedded master needs the npm package better-sqlite3, which cannot be loaded: ${firstLine(reasonOf(error))}`,
      "Install Debian's packages build-essential and python3, then run npm install again where lavaflow is installed (or npm rebuild better-sqlite3 if Node was upgraded).",
    );
  }
}

function isMissing(error: unknown): boolean {
  if (hasCode(error, 'ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED')) return true;
  return error instanceof Error && error.message.startsWith('Could not locate the bindings file');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
