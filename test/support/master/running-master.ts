import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMaster, type RunningMaster } from '../../../src/master/index.js';

const anyPort = { host: '127.0.0.1', port: 0 };

/** A complete master on free ports, and functions that call its API. */
export interface TestMaster extends RunningMaster {
  readonly stateDir: string;
  readonly admin: string;
  readonly reconciler: string;
  call(method: string, path: string, token: string | null, body?: unknown): Promise<Answer>;
  /** Applies changes as a revision of the lab `lab`. */
  apply(revision: string, changes: readonly object[]): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The body parsed as JSON, or its text if it is not JSON. */
  readonly json: unknown;
}

export async function startTestMaster(
  stateDir = mkdtempSync(join(tmpdir(), 'lavaflow-master-')),
): Promise<TestMaster> {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const master = await startMaster({ stateDir, http: anyPort, control: anyPort, logs: anyPort, log });
  const admin = readFileSync(master.adminTokenFile, 'utf8').trim();
  const reconciler = readFileSync(master.reconcilerTokenFile, 'utf8').trim();
  async function call(method: string, path: string, token: string | null, body?: unknown): Promise<Answer> {
    const response = await fetch(`${master.url}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Token ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, json: parse(text) };
  }
  return {
    ...master,
    stateDir,
    admin,
    reconciler,
    call,
    apply: (revision, changes) =>
      call('POST', '/api/lavaflow/v1/revisions', reconciler, {
        repository: 'lab',
        revision,
        fingerprint: revision,
        changes,
      }),
    async stop() {
      await master.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
