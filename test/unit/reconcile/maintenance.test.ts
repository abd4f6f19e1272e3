import { describe, expect, it } from 'vitest';
import type { ConfigurationObject, Policy } from '../../../src/model/index.js';
import { noConsents } from '../../../src/plan/index.js';
import { reconcile } from '../../../src/reconcile/index.js';
import { desiredMaster, device, policy, smallLab, template, worker } from '../../support/lab/desired.js';
import { killedAt } from '../../support/targets/killed-at.js';
import {
  memoryRecords,
  modelMaster,
  Refused,
  setField,
  type ModelMaster,
} from '../../support/targets/model-master.js';

const before = [
  ...smallLab(2),
  template('lonely'),
  worker('w2', { env: 'a: 1\n' }),
  device('elsewhere', { worker: 'w2', dictionary: "{% extends 'lonely.jinja2' %}\n" }),
];
/** Two pieces that belong together for board-1 and board-2, and one for `elsewhere`. */
const after = before.map((object): ConfigurationObject => {
  if (object.name === 'qemu' && object.kind === 'template') return template('qemu', 'new\n');
  if (object.name === 'w1') return worker('w1', { env: 'new: 1\n' });
  if (object.name === 'elsewhere')
    return device('elsewhere', { worker: 'w2', dictionary: "{% extends 'lonely.jinja2' %}\n{# new #}" });
  return object;
});

describe('devices that get several changes', () => {
  it('are in maintenance meanwhile, if the lab asks for it', async () => {
    const { target, run } = await deployed();
    setField(target, 'device/board-2', 'health', 'Bad');
    const seen = watch(target);
    const { outcomes } = await run(after, 'maintenance');
    expect(outcomes.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
    expect(seen).toEqual(
      [
        'device/board-1: elsewhere Good, board-1 Good, board-2 Bad',
        'template/qemu: elsewhere Good, board-1 Maintenance, board-2 Bad',
        'worker/w1: elsewhere Good, board-1 Maintenance, board-2 Bad',
        'device/elsewhere: elsewhere Good, board-1 Maintenance, board-2 Bad',
        'device/board-1: elsewhere Good, board-1 Maintenance, board-2 Bad',
      ].map(sorted),
    );
    expect(healths(target)).toBe(sorted('elsewhere Good, board-1 Good, board-2 Bad'));
  });

  it('stay in service if it does not, and if one transaction makes all changes', async () => {
    for (const [when, software] of [
      ['any', 'lava'],
      ['maintenance', 'lavaflow'],
    ] as const) {
      const { target, run } = await deployed();
      target.view = { software };
      const seen = watch(target);
      await run(after, when);
      expect(seen.filter((line) => line.includes('Maintenance'))).toEqual([]);
    }
  });

  it('are idle first, if the lab asks for that', async () => {
    const { target, run } = await deployed();
    target.states.set('elsewhere', 'Running');
    const boards = target.boards?.bind(target);
    let looks = 0;
    target.boards = () => {
      looks += 1;
      if (looks === 3) target.states.delete('elsewhere');
      return boards?.() ?? Promise.resolve(new Map());
    };
    const seen = watch(target);
    await run(after, 'idle');
    expect(looks).toBeGreaterThan(3);
    expect(seen.filter((line) => /^(template|worker)/.test(line) && /Good/.test(line))).toEqual([]);
    expect(healths(target)).not.toContain('Maintenance');
  });

  it('get their health check if some of the changes failed', async () => {
    const { target, run } = await deployed();
    target.onWrite = (_, key) => {
      if (key === 'worker/w1') throw new Refused('no');
    };
    target.healthCheck = () => 'never ends';
    await run(after, 'maintenance');
    expect(healths(target)).toBe(sorted('elsewhere Good, board-1 Unknown, board-2 Unknown'));
  });

  it('keep a health that the lab itself sets', async () => {
    const { target, run } = await deployed();
    const lab = after.map((object) =>
      object.name === 'board-1' ? device('board-1', { tags: ['b'], health: 'Bad' }) : object,
    );
    await run(lab, 'maintenance');
    expect(healths(target)).toBe(sorted('elsewhere Good, board-1 Bad, board-2 Good'));
  });

  it('never stay in maintenance because an apply was killed', async () => {
    for (let at = 1; ; at++) {
      const { target, records, run } = await deployed();
      const isDead = await killedAt(at, { target, records }, () => run(after, 'maintenance'));
      if (!isDead) {
        expect(at).toBeGreaterThan(9);
        return;
      }
      // The policy may have been reverted since, and a refusal keeps no device out of service.
      await run(after, 'any', { maxUpdateShare: at % 2 === 0 ? 0 : 1 });
      expect(healths(target), `killed at ${at}`).not.toContain('Maintenance');
      await run(after, 'any', { maxUpdateShare: 1 });
      const { changes } = (await run(after, 'any')).plan;
      expect(
        changes.filter(({ hold }) => hold !== 'undeclared'),
        `killed at ${at}`,
      ).toEqual([]);
      expect(records.intent, `killed at ${at}`).toBeNull();
    }
  });

  it('that somebody put into maintenance stay there', async () => {
    const { target, run } = await deployed();
    setField(target, 'device/board-1', 'health', 'Maintenance');
    await run(after, 'maintenance');
    expect(healths(target)).toBe(sorted('elsewhere Good, board-1 Maintenance, board-2 Good'));
  });
});

async function deployed() {
  const [target, records] = [modelMaster(), memoryRecords()];
  const run = (
    lab: readonly ConfigurationObject[],
    changes: NonNullable<Policy['changes']>,
    more: Partial<Policy> = {},
  ) =>
    reconcile({
      target,
      records,
      desired: desiredMaster(lab),
      policy: { ...policy, ...more, changes },
      mode: 'enforce',
      revision: { repository: '/lab', revision: 'r1' },
      consents: noConsents,
      pollMs: 1,
    });
  await run(before, 'any');
  await target.boards?.();
  return { target, records, run };
}

/** What is written, and the health of all devices just before. */
function watch(target: ModelMaster): string[] {
  const seen: string[] = [];
  target.onWrite = (_, key) => void seen.push(`${key}: ${healths(target)}`);
  return seen;
}

function healths(target: ModelMaster): string {
  const devices = [...target.rows.values()].flatMap((row) =>
    row.kind === 'device' ? [`${row.name} ${row.fields.health ?? ''}`] : [],
  );
  return devices.sort().join(', ');
}

function sorted(line: string): string {
  const [head = '', list] = line.includes(': ') ? line.split(': ') : ['', line];
  const devices = (list ?? '').split(', ').sort().join(', ');
  return head === '' ? devices : `${head}: ${devices}`;
}
