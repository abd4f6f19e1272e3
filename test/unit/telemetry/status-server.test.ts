/** The controller's status over HTTP. */
import { afterEach, beforeEach, expect, it } from 'vitest';

import type { ControllerStatus, MasterStatus } from '../../../src/controller/index.js';
import { startStatusServer, type StatusServer } from '../../../src/telemetry/index.js';

const master: MasterStatus = {
  state: 'idle',
  since: '2026-01-31T12:00:00.000Z',
  url: 'https://lava.example.org',
  revision: 'r2',
  lastApplied: { revision: 'r2', at: '2026-01-31T12:00:10.000Z' },
  unconfirmedSince: null,
  counts: null,
  drift: ['device/board-1', 'device/board-2'],
  driftSince: { 'device/board-1': '2026-01-30T00:00:00.000Z', 'device/board-2': '2026-01-29T00:00:00.000Z' },
  contested: [],
  problems: ['one'],
  waiting: [],
  nextWindowAt: null,
  suspension: null,
  error: null,
  nextTryAt: null,
};

let status: ControllerStatus;
let server: StatusServer;
const warnings: string[] = [];
const log = {
  info: ignore,
  error: ignore,
  debug: ignore,
  warn: (_: object, text: string) => void warnings.push(text),
};
function ignore(): void {
  // Not part of these tests.
}

beforeEach(async () => {
  warnings.splice(0);
  const finding = { code: 'c', message: 'm', place: { file: 'f' } } as const;
  status = {
    repository: '/lab',
    state: 'ok',
    since: '2026-01-31T12:00:00.000Z',
    revision: 'r2',
    findings: [
      { ...finding, severity: 'warning' },
      { ...finding, severity: 'warning' },
    ],
    error: null,
    schedule: { lastAt: '2026-01-31T12:00:00.000Z', nextAt: '2026-01-31T12:05:00.000Z' },
    masters: {
      main: master,
      'other "one"': {
        ...master,
        state: 'waiting',
        lastApplied: null,
        drift: [],
        driftSince: {},
        unconfirmedSince: '2026-01-31T12:00:00.000Z',
      },
    },
  };
  server = await startStatusServer({
    listen: { host: '127.0.0.1', port: 0 },
    status: () => status,
    page: {
      format: () => '<p>page',
      version: () => 'one',
      files: { '/status.css': { type: 'text/css', text: '' } },
    },
    webhook: {
      receive: ({ 'x-github-event': event }, body) =>
        Promise.resolve(event === 'push' && body === '{}' ? 'accepted' : 'refused'),
    },
    log,
  });
});
afterEach(() => server.stop());

const get = (path: string) => fetch(`${server.url}${path}`);

it('is healthy while it responds, and ready once the lab was read', async () => {
  expect((await get('/healthz')).status).toBe(200);
  expect((await get('/readyz')).status).toBe(200);
  for (const state of ['reading', 'unreadable'] as const) {
    status = { ...status, state };
    expect((await get('/readyz')).status).toBe(503);
    expect((await get('/healthz')).status).toBe(200);
  }
});

it('is the same as in the status file', async () => {
  expect(await (await get('/status.json')).json()).toEqual(status);
});

it('is shown as metrics', async () => {
  const response = await get('/metrics');
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const lines = (await response.text()).split('\n');
  for (const line of [
    'lavaflow_lab_state{state="ok"} 1',
    'lavaflow_lab_state{state="unreadable"} 0',
    'lavaflow_lab_findings{severity="warning"} 2',
    'lavaflow_lab_findings{severity="error"} 0',
    'lavaflow_master_state{master="main",state="idle"} 1',
    'lavaflow_master_state{master="other \\"one\\"",state="waiting"} 1',
    'lavaflow_master_state{master="other \\"one\\"",state="idle"} 0',
    'lavaflow_master_is_current{master="main"} 1',
    'lavaflow_master_is_current{master="other \\"one\\""} 0',
    'lavaflow_master_applied_seconds{master="main"} 1769860810',
    'lavaflow_master_drift_objects{master="main"} 2',
    'lavaflow_master_drift_since_seconds{master="main"} 1769644800',
    'lavaflow_master_problems{master="main"} 1',
    'lavaflow_master_unconfirmed_since_seconds{master="other \\"one\\""} 1769860800',
  ])
    expect(lines).toContain(line);
  expect(lines.filter((line) => line.startsWith('process_cpu_seconds_total '))).toHaveLength(1);
});

it('does not show masters that left the lab', async () => {
  await get('/metrics');
  status = { ...status, masters: { main: master } };
  expect(await (await get('/metrics')).text()).not.toContain('"other');
});

it('accepts webhooks with a limited body, and logs those that it refuses', async () => {
  const post = async (event: string, body: string) =>
    (await fetch(`${server.url}/webhook`, { method: 'POST', body, headers: { 'x-github-event': event } }))
      .status;
  expect(await post('push', '{}')).toBe(202);
  expect(await post('ping', '{}')).toBe(401);
  expect(warnings).toEqual(['webhook refused']);
  expect(await post('push', 'x'.repeat(6 * 1024 * 1024))).toBe(413);
});

it('shows nothing else', async () => {
  for (const path of ['/status', '/../etc/passwd', '/__proto__', '/constructor', '//'])
    expect((await get(path)).status).toBe(404);
});
