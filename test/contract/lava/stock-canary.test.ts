import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJobsClient, type JobsClient } from '../../../src/lava/index.js';
import type { ConfigurationObject } from '../../../src/model/index.js';
import { noConsents } from '../../../src/plan/index.js';
import { reconcile, type ReconcileRequest } from '../../../src/reconcile/index.js';
import { desiredMaster, policy } from '../../support/lab/desired.js';
import {
  applyAll,
  change,
  device,
  deviceType,
  healthCheck,
  template,
  worker,
} from '../../support/targets/master-changes.js';
import { memoryRecords } from '../../support/targets/model-master.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { stockRelease } from '../../support/stock-lava/releases.js';
import { startStockTarget } from '../../support/targets/stock-target.js';
import { until } from '../../support/until.js';

const check = `
job_name: check
timeouts: {job: {minutes: 2}, action: {minutes: 1}, connection: {minutes: 1}}
visibility: public
priority: medium
actions:
- command: {name: hello}
`;
/** @param hello the command that the health check runs */
const base = (hello: string): string => `
actions: {deploy: {methods: {}, connections: {}}, boot: {methods: {}, connections: {}}}
commands: {users: {hello: {do: "${hello}", undo: "true"}}}
`;
/** The names of template and type differ: LAVA looks up a health check by the template's name. */
const dictionary = "{% extends 'nothing-base.jinja2' %}\n";
const lab = (hello: string): ConfigurationObject[] => [
  template('nothing-base', base(hello)),
  deviceType('nothing', { aliases: [] }),
  // Since 2023.08, a template needs a type of its name.
  ...(stockRelease.release >= '2023.08' ? [deviceType('nothing-base', { display: false })] : []),
  healthCheck('nothing-base', check),
  worker('worker-1'),
  device('board-1', { deviceType: 'nothing', worker: 'worker-1', dictionary }),
  device('board-2', { deviceType: 'nothing', worker: 'worker-1', dictionary }),
];

describe.skipIf(requireOrSkip('stock-lava'))(
  `a canary on stock LAVA ${stockRelease.release}, with a genuine worker`,
  () => {
    let stock: Awaited<ReturnType<typeof startStockTarget>>;
    let jobs: JobsClient;
    const records = memoryRecords();
    beforeAll(async () => {
      stock = await startStockTarget();
      jobs = createJobsClient({ url: stock.lava.url, token: stock.lava.token });
      const { outcomes } = await run(lab('true'));
      expect(outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
      await stock.lava.startWorker('worker-1');
      await goodAgain();
    });
    afterAll(async () => {
      await stock.stop();
    });

    async function run(objects: readonly ConfigurationObject[], canary?: ReconcileRequest['canary']) {
      return await reconcile({
        target: stock.target,
        records,
        desired: desiredMaster(objects),
        policy,
        mode: 'enforce',
        revision: { repository: '/lab', revision: 'r1' },
        consents: noConsents,
        ...(canary === undefined ? {} : { canary }),
        pollMs: 500,
        timeoutMs: 110_000,
      });
    }

    const healths = async (): Promise<string[]> =>
      (await jobs.devices()).map(({ name, health }) => `${name} ${String(health)}`);

    async function goodAgain(): Promise<void> {
      const good = 'board-1 Good, board-2 Good';
      await until(`both are ${good}`, async () => (await healths()).join(', ') === good, 110_000);
    }

    it(
      'is judged by its health check while the other devices of the template wait',
      { timeout: 200_000 },
      async () => {
        const seen = new Set<string>();
        const watching = setInterval(() => {
          healths().then(
            (found) => seen.add(found.join(', ')),
            () => undefined,
          );
        }, 500);
        const result = await run(lab('echo new'), { deviceType: 'nothing' });
        clearInterval(watching);
        expect(result.canary).toMatchObject({ device: 'board-1', outcome: 'kept' });
        expect(await jobs.show(result.canary?.job ?? '')).toMatchObject({
          device: 'board-1',
          health: 'Complete',
        });
        expect(await healths()).toEqual(['board-1 Good', 'board-2 Good']);
        expect([...seen]).toContain('board-1 Unknown, board-2 Maintenance');
        expect((await run(lab('echo new'))).plan.changes.filter(({ verb }) => verb !== 'report')).toEqual([]);
      },
    );

    it('gets its previous state back if its health check fails', { timeout: 300_000 }, async () => {
      const result = await run(lab('false'), { device: 'board-2' });
      expect(result.canary).toMatchObject({ device: 'board-2', outcome: 'put back' });
      expect(result.outcomes).toMatchObject([
        {
          key: 'template/nothing-base',
          status: 'failed',
          reason: expect.stringMatching(/left it Bad/) as string,
        },
      ]);
      const { objects } = await stock.target.observe(new Set(['template/nothing-base']));
      expect(objects.get('template/nothing-base')?.fields).toEqual({ text: base('echo new') });
      await goodAgain();
    });

    it('deleting a device deletes its jobs', async () => {
      const [{ id } = { id: '' }] = await jobsOf('board-1');
      expect(await jobs.show(id)).toMatchObject({ device: 'board-1' });
      const { objects } = await stock.target.observe(new Set());
      const there = objects.get('device/board-1');
      if (there === undefined) throw new Error('no board-1');
      expect(await applyAll(stock.target, [change('delete', there)])).toMatchObject([{ status: 'done' }]);
      await expect(jobs.show(id)).rejects.toMatchObject({ why: 'the job does not exist' });
    });

    async function jobsOf(name: string): Promise<{ id: string }[]> {
      const response = await fetch(`${stock.lava.url}/api/v0.2/jobs/?actual_device=${name}`, {
        headers: { authorization: `Token ${stock.lava.token}` },
      });
      const { results } = (await response.json()) as { results: { id: number }[] };
      return results.map(({ id }) => ({ id: String(id) }));
    }
  },
);
