import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type PostgresServer } from './postgres.js';

/** Creates databases of one kind, each of them new and empty, and removes them. */
export interface Databases {
  create(): Promise<{ file: string } | { databaseUrl: string }>;
  stop(): Promise<void>;
}

export function sqliteDatabases(): Promise<Databases> {
  const directory = mkdtempSync(join(tmpdir(), 'lavaflow-sqlite-'));
  let made = 0;
  return Promise.resolve({
    create: () => Promise.resolve({ file: join(directory, `${(made += 1)}.sqlite`) }),
    stop: () => {
      rmSync(directory, { recursive: true, force: true });
      return Promise.resolve();
    },
  });
}

export async function postgresDatabases(): Promise<Databases> {
  const server: PostgresServer = await startPostgres();
  return {
    create: async () => ({ databaseUrl: await server.createDatabase() }),
    stop: () => server.stop(),
  };
}
