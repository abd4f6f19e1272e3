/** One device gets a change first, on our own master with simulated boards and their health check. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { AppliedRecord } from '../../src/model/index.js';
import {
  boards,
  hasEnded,
  killHard,
  makeLabProcesses,
  type LabProcesses,
} from '../support/cli/lab-processes.js';
import { startLavaflow } from '../support/cli/run.js';
import { untilBoardsAreGood } from '../support/jobs/ticking-job.js';
import { until } from '../support/until.js';

let processes: LabProcesses;
const template = 'device-types/lavaflow-board.jinja2';
const dictionary = 'device-dictionaries/sim-board-1.jinja2';
const apply = (...more: string[]) => processes.run(['apply', '--yes', ...more]);

beforeAll(async () => {
  processes = await makeLabProcesses();
  await processes.startBoards();
  await processes.startDispatcher();
  expect(await apply()).toMatchObject({ code: 0 });
  await untilBoardsAreGood(processes.client);
});
afterAll(() => processes.destroy());

test('a change that passes its health check is kept, and the record contains the canary', async () => {
  await commit(template, (text) => `${text}{# better #}\n`);
  const { code, stdout } = await apply('--canary-of', 'lavaflow-board');
  expect(stdout).toMatch(/sim-board-1 is healthy with the change \(health check \d+\)/);
  expect(code).toBe(0);
  const { canary } = record();
  expect(canary).toMatchObject({ device: 'sim-board-1', outcome: 'kept' });
  expect(await processes.job(canary?.job ?? '')).toMatchObject({
    health_check: true,
    actual_device: 'sim-board-1',
    health: 'Complete',
  });
  expect(await healths()).toEqual(['sim-board-1 Good', 'sim-board-2 Good']);
  expect(await processes.run(['plan'])).toMatchObject({ code: 0 });
});

test('a change that breaks it is reverted, and the other devices never get it', async () => {
  const good = await processes.dictionaryOf('sim-board-1');
  await commit(template, (text) => `${text}{# worse #}\n`);
  await commit(dictionary, (text) => text.replace('board connect sim-board-1', 'board connect sim-board-9'));
  const { code, stdout } = await apply('--canary', 'sim-board-1');
  expect(stdout).toMatch(/failed update device\/sim-board-1/);
  expect(stdout).toMatch(/reverted after sim-board-1 tried it: its health check, job \d+, left it Bad/);
  expect(code).toBe(1);
  expect(record().canary).toMatchObject({ device: 'sim-board-1', outcome: 'put back' });
  expect(await processes.dictionaryOf('sim-board-1')).toBe(good);
  await untilBoardsAreGood(processes.client);
  expect(await processes.run(['plan'])).toMatchObject({ code: 2 });
});

test('when apply is killed during the check, the next run reverts the change and starts again', async () => {
  await commit(dictionary, (text) => text.replace('sim-board-9', 'sim-board-1'));
  const running = startLavaflow(
    processes.lab.directory,
    ['apply', '--yes', '--canary', 'sim-board-1'],
    processes.environment,
  );
  await until(
    'the health check runs',
    async () => {
      if (hasEnded(running)) throw new Error(`it has ended: ${running.stdoutText()}`);
      const rows = await processes.client.devices();
      return rows.some(
        ({ name, health, state }) =>
          `${name} ${String(health)} ${String(state)}` === 'sim-board-1 Unknown Running',
      );
    },
    60_000,
  );
  await killHard(running);
  expect(await healths()).toEqual(['sim-board-1 Unknown', 'sim-board-2 Maintenance']);
  const { stdout } = await processes.run(['records', 'show']);
  expect(stdout).toContain('canary sim-board-1 has the change, which is neither confirmed nor reverted yet');
  expect(stdout).toMatch(/in maintenance for it: sim-board-1, sim-board-2/);

  const next = await apply('--canary', 'sim-board-1');
  expect(next.stderr).toContain('canary sim-board-1: getting its previous configuration back');
  expect(next.stderr).toContain('canary sim-board-1: waiting for its health check');
  expect(next.stdout).toMatch(/sim-board-1 is healthy with the change/);
  expect(next.code).toBe(0);
  expect(await healths()).toEqual(['sim-board-1 Good', 'sim-board-2 Good']);
  expect(await processes.run(['plan'])).toMatchObject({ code: 0 });
});

async function commit(file: string, edit: (text: string) => string): Promise<void> {
  const text = edit(readFileSync(join(processes.lab.directory, file), 'utf8'));
  await processes.lab.commit({ [file]: text });
}

function record(): Pick<AppliedRecord, 'canary'> {
  const file = join(processes.lab.directory, '.lavaflow', 'records', 'own.json');
  return JSON.parse(readFileSync(file, 'utf8')) as Pick<AppliedRecord, 'canary'>;
}

async function healths(): Promise<string[]> {
  const rows = await processes.client.devices();
  return rows.flatMap(({ name, health }) => (boards.includes(name) ? [`${name} ${String(health)}`] : []));
}
