import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

import { createJobsClient, type JobsClient } from '../../../src/lava/index.js';
import { startLavaflow, type RunningLavaflow } from './run.js';
import { until } from '../until.js';

/** A `lavaflow up` on free ports. */
export interface RunningUp {
  readonly child: RunningLavaflow;
  /** From its start to the line that reports that it is ready. */
  readonly readyMs: number;
  readonly url: string;
  readonly token: string;
  readonly client: JobsClient;
  /** The text of a dictionary on the master. */
  dictionary(device: string): Promise<string>;
  /** Sends SIGTERM and returns the exit code. */
  stop(): Promise<number | null>;
}

const anyPorts = ['--listen', '127.0.0.1:0', '--control', '127.0.0.1:0', '--logs', '127.0.0.1:0'];

export async function startUp(lab: string, env: Readonly<Record<string, string>> = {}): Promise<RunningUp> {
  const begin = Date.now();
  const child = startLavaflow(lab, ['up', ...anyPorts], env);
  await until('lavaflow up is ready', () => {
    if (child.exitCode !== null) throw new Error('lavaflow up ended');
    return child.stdoutText().includes('\nready: ');
  }).catch((error: unknown) => {
    throw new Error(`${child.stdoutText()}${child.stderrText()}`, { cause: error });
  });
  const readyMs = Date.now() - begin;
  const endpoint = JSON.parse(readFileSync(join(lab, '.lavaflow', 'endpoint.json'), 'utf8')) as {
    url: string;
    adminTokenFile: string;
  };
  const token = readFileSync(endpoint.adminTokenFile, 'utf8').trim();
  return {
    child,
    readyMs,
    url: endpoint.url,
    token,
    client: createJobsClient({ url: endpoint.url, token }),
    async dictionary(device) {
      const response = await fetch(`${endpoint.url}/api/v0.2/devices/${device}/dictionary/`, {
        headers: { Authorization: `Token ${token}` },
      });
      return response.text();
    },
    async stop() {
      child.kill('SIGTERM');
      return exitCode(child);
    },
  };
}

/** Waits for the end of a process; null if a signal ended it. */
export async function exitCode(child: RunningLavaflow): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => child.once('close', resolve));
  }
  return child.exitCode;
}

/** Running processes that contain this text in their command line, their environment or their working directory. */
export function processesOf(text: string): { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        const environment = readFileSync(`/proc/${name}/environ`, 'utf8');
        const places = [command, environment, readlinkSync(`/proc/${name}/cwd`)];
        return places.some((place) => place.includes(text)) ? [{ pid: Number(name), command }] : [];
      } catch {
        return []; // it has ended meanwhile, or is another user's
      }
    });
}
