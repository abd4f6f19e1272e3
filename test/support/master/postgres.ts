import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { until } from '../until.js';

const versions = '/usr/lib/postgresql';
/** PostgreSQL does not run as root. */
const asPostgres = ['runuser', '-u', 'postgres', '--'] as const;

/** Why a PostgreSQL server cannot be started here; null if it can. */
export function postgresMissing(): string | null {
  if (binaries() === null) return `no ${versions}/*/bin/initdb; on Debian: apt-get install postgresql`;
  if (userInfo().uid !== 0) return null;
  try {
    const [command, ...args] = [...asPostgres, 'true'] as const;
    execFileSync(command, args, { stdio: 'ignore' });
    return null;
  } catch {
    return 'PostgreSQL does not run as root, and there is no user postgres';
  }
}

function binaries(): string | null {
  if (!existsSync(versions)) return null;
  const found = readdirSync(versions)
    .map((version) => join(versions, version, 'bin'))
    .filter((directory) => existsSync(join(directory, 'initdb')));
  return found.sort().at(-1) ?? null;
}

export interface PostgresServer {
  /** Creates an empty database and returns its URL. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** A private server on a Unix socket in a temporary directory. It does not run as root, which PostgreSQL rejects. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = binaries();
  if (bin === null) throw new Error('PostgreSQL is not installed');
  const directory = mkdtempSync(join(tmpdir(), 'lavaflow-pg-'));
  const asRoot = userInfo().uid === 0;
  const prefix = asRoot ? asPostgres : [];
  if (asRoot) chownSync(directory, idOf('-u'), idOf('-g'));
  const data = join(directory, 'data');
  const [initdb = '', ...initdbArgs] = [
    ...prefix,
    join(bin, 'initdb'),
    ...['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
  ];
  execFileSync(initdb, initdbArgs, { stdio: ['ignore', 'ignore', 'pipe'], cwd: directory });
  const options = ['-D', data, '-k', directory, '-c', 'listen_addresses='];
  const [server = '', ...serverArgs] = [...prefix, join(bin, 'postgres'), ...options];
  const child = spawn(server, serverArgs, { stdio: 'ignore', cwd: directory });

  const url = (database: string) => `postgresql://postgres@localhost/${database}?host=${directory}`;
  await until('PostgreSQL answers', () => answers(url('postgres')));
  let made = 0;
  return {
    async createDatabase() {
      made += 1;
      const name = `lavaflow_${made}`;
      await query(url('postgres'), `create database ${name}`);
      return url(name);
    },
    async stop() {
      const gone = once(child, 'exit');
      // Signals the server itself, because runuser does not forward signals. SIGINT closes open connections.
      const [pid] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(pid), 'SIGINT');
      await gone;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function idOf(option: '-u' | '-g'): number {
  return Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }).trim());
}

async function answers(url: string): Promise<boolean> {
  try {
    await query(url, 'select 1');
    return true;
  } catch {
    return false;
  }
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
