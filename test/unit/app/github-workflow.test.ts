import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readWorkflow } from '../../../src/app/github/workflow.js';

const key = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();

let directory: string;
let environment: NodeJS.ProcessEnv;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lf-'));
  const event = join(directory, 'event.json');
  writeFileSync(event, '{}');
  environment = { GITHUB_REPOSITORY: 'o/r', GITHUB_EVENT_NAME: 'push', GITHUB_EVENT_PATH: event };
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

it('has the credentials of an app rather than a token', () => {
  expect(readWorkflow(environment).credentials).toBeNull();
  environment['GITHUB_TOKEN'] = 'ghs_1';
  expect(readWorkflow(environment).credentials).toBe('ghs_1');
  environment['LAVAFLOW_GITHUB_APP_ID'] = '12';
  environment['LAVAFLOW_GITHUB_APP_KEY'] = key;
  expect(readWorkflow(environment).credentials).toEqual({ appId: '12', privateKey: key });
});

it.each([
  ['has no ID', { LAVAFLOW_GITHUB_APP_KEY: key }],
  ['has no key', { LAVAFLOW_GITHUB_APP_ID: '12' }],
  ['has a key that is none', { LAVAFLOW_GITHUB_APP_ID: '12', LAVAFLOW_GITHUB_APP_KEY: 'secret-text' }],
])('an app that %s is an error that reveals nothing', (_, app) => {
  const act = () => readWorkflow({ ...environment, ...app });
  expect(act).toThrow('LAVAFLOW_GITHUB_APP_ID and LAVAFLOW_GITHUB_APP_KEY are not an app');
  expect(act).not.toThrow(/secret-text|BEGIN/);
});
