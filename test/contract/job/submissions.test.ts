/** Submits the same jobs to a stock LAVA 2023.01 and to our master: both must accept and reject the same ones. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createMasterTarget } from '../../../src/lava/index.js';
import type { MasterTarget } from '../../../src/reconcile/index.js';
import { decodeResponse, encodeCall } from '../../../src/xml-rpc/index.js';
import { doomedCases, submissionCases } from '../../support/jobs/submissions.js';
import { startTestMaster, type TestMaster } from '../../support/master/running-master.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { stockRelease } from '../../support/stock-lava/releases.js';
import { startStockLava, type StockLava } from '../../support/stock-lava/start.js';
import { converge, device, deviceType, template, worker } from '../../support/targets/master-changes.js';

const configuration = [
  template('board', 'actions: {}\n'),
  deviceType('board', { aliases: ['bord-alias'] }),
  deviceType('empty', { permissions: [{ group: 'lab-one', permission: 'view_devicetype' }] }),
  deviceType('old'),
  deviceType('other'),
  worker('worker-1'),
  ...['board-1', 'board-2', 'old-1', 'other-1'].map((name) =>
    device(name, {
      deviceType: name.replace(/-\d$/, ''),
      worker: 'worker-1',
      health: name === 'old-1' ? 'Retired' : 'Maintenance',
      tags: { 'board-1': ['usb'], 'board-2': ['hdmi'], 'other-1': ['rare'] }[name] ?? [],
      dictionary: "{% extends 'board.jinja2' %}\n",
    }),
  ),
];

/** LAVA fails with this code where it does not expect a value, such as a missing device type. Ours rejects the job. */
const internalError = -32603;

/** LAVA's verdict on a submission: by REST and by XML-RPC. */
interface Verdict {
  readonly what: string;
  readonly rest: 'accepted' | 'rejected';
  readonly faultCode: number | null;
}

interface Master {
  readonly url: string;
  readonly token: string;
}

async function judge({ url, token }: Master, what: string, definition: string): Promise<Verdict> {
  const rest = await fetch(`${url}/api/v0.2/jobs/`, {
    method: 'POST',
    headers: { authorization: `Token ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ definition }),
  });
  await rest.text();
  const rpc = await fetch(`${url}/RPC2`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`admin:${token}`).toString('base64')}`,
      'content-type': 'text/xml',
    },
    body: encodeCall('scheduler.submit_job', [definition]),
  });
  const result = decodeResponse(await rpc.text());
  return {
    what,
    rest: rest.status === 201 ? 'accepted' : 'rejected',
    faultCode: result.ok ? null : result.fault.code === internalError ? 400 : result.fault.code,
  };
}

/** The release that our master imitates. */
const isOther = stockRelease.release !== '2023.01';

describe.skipIf(isOther || requireOrSkip('stock-lava'))(
  'a submission to our master and to stock LAVA 2023.01',
  () => {
    let stock: StockLava;
    let own: TestMaster;
    beforeAll(async () => {
      own = await startTestMaster();
      stock = await startStockLava();
      const targets: readonly MasterTarget[] = [
        createMasterTarget({ url: own.url, token: own.reconciler }),
        createMasterTarget({ url: stock.url, token: stock.token }),
      ];
      for (const target of targets) {
        const { outcomes } = await converge(target, configuration);
        expect(outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
      }
    }, 1_000_000);
    afterAll(async () => {
      await own.stop();
      await stock.stop();
    });

    it('has the same verdict', { timeout: 120_000 }, async () => {
      const theirs: Verdict[] = [];
      const ours: Verdict[] = [];
      for (const { what, definition } of submissionCases) {
        theirs.push(await judge(stock, what, definition));
        ours.push(await judge({ url: own.url, token: own.admin }, what, definition));
      }
      expect(ours).toEqual(theirs);
      expect(theirs.filter(({ rest }) => rest === 'accepted').length).toBeGreaterThan(15);
    });

    it('is rejected by ours, too, if the job would fail when it runs', async () => {
      for (const { what, definition } of doomedCases) {
        const theirs = await judge(stock, what, definition);
        const ours = await judge({ url: own.url, token: own.admin }, what, definition);
        expect([theirs.rest, ours.rest], what).toEqual(['accepted', 'rejected']);
      }
    });
  },
);
