import { beforeAll, describe, expect, it } from 'vitest';
import type { GroupFields, ObjectOf } from '../../../src/model/index.js';
import { makePlan, noConsents } from '../../../src/plan/index.js';
import { desiredMaster, policy } from '../../support/lab/desired.js';
import {
  applyAll,
  change,
  converge,
  device,
  deviceType,
  interestIn,
  template,
  worker,
} from '../../support/targets/master-changes.js';
import type { ContractMaster } from './master-target.contract.js';

const addDevice = 'lava_scheduler_app.device.add_device';
const viewJobs = 'lava_scheduler_app.testjob.view_testjob';

export function group(name: string, fields: GroupFields = {}): ObjectOf<'group'> {
  return { kind: 'group', name, fields };
}

/**
 * Groups on a master with an API for them (LAVA from 2023.03, and the embedded master), and what remains of them on
 * others. Names start with `grp-`.
 */
export function describeGroups(masterOf: () => ContractMaster): void {
  describe('groups', () => {
    let master: ContractMaster;
    let users: readonly string[];
    beforeAll(async () => {
      master = masterOf();
      await master.reset();
      users = master.users;
    });

    it('are created with members and permissions, changed, and deleted', async (context) => {
      if (!master.supports.groups) context.skip();
      const [ann = '', bob = ''] = users;
      const { target } = master;
      const steps: readonly GroupFields[] = [
        { members: [ann], permissions: [addDevice] },
        { members: [bob, ann], permissions: [viewJobs, addDevice] },
        { members: [bob], permissions: [viewJobs] },
        { members: [], permissions: [] },
      ];
      for (const [index, fields] of steps.entries()) {
        const { outcomes, left, observed } = await converge(target, [group('grp-one', fields)]);
        expect(outcomes.map(({ verb, status, reason }) => [verb, reason ?? status])).toEqual([
          [index === 0 ? 'create' : 'update', 'done'],
        ]);
        expect(left).toEqual([]);
        expect(observed.objects.get('group/grp-one')).toEqual(target.normalise(group('grp-one', fields)));
      }
      const [deleted] = await applyAll(target, [change('delete', group('grp-one'))]);
      expect(deleted).toMatchObject({ status: 'done' });
      expect((await target.observe(new Set())).objects.has('group/grp-one')).toBe(false);
    });

    it('keep what the lab does not specify', async (context) => {
      if (!master.supports.groups) context.skip();
      const [ann = ''] = users;
      const { target } = master;
      await converge(target, [group('grp-kept', { members: [ann], permissions: [addDevice] })]);
      await converge(target, [group('grp-kept', { permissions: [] })]);
      const { observed } = await converge(target, [group('grp-kept')]);
      expect(observed.objects.get('group/grp-kept')?.fields).toEqual({ members: [ann], permissions: [] });
      await applyAll(target, [change('delete', group('grp-kept'))]);
    });

    it('show who can be a member, and reject others without creating them', async (context) => {
      if (!master.supports.groups) context.skip();
      const { target } = master;
      const observed = await target.observe(new Set());
      expect([...(observed.users ?? [])]).toEqual(expect.arrayContaining([...users]));
      const made = group('grp-stranger', { members: ['grp-nobody'] });
      const { outcomes } = await converge(target, [made]);
      expect(outcomes.map(({ status }) => status)).toEqual(['failed']);
      expect(outcomes[0]?.reason).toContain('grp-nobody');
      const after = await target.observe(new Set());
      expect(after.users?.has('grp-nobody')).toBe(false);
      if (after.objects.has('group/grp-stranger'))
        await applyAll(target, [change('delete', group('grp-stranger'))]);
    });

    it('are there before the device type and the device that name them', async (context) => {
      if (!master.supports.groups) context.skip();
      const { target } = master;
      const lab = [
        device('grp-board', {
          deviceType: 'grp-type',
          worker: 'grp-worker',
          health: 'Maintenance',
          physicalGroup: 'grp-owners',
          permissions: [{ group: 'grp-users', permission: 'submit_to_device' }],
          dictionary: "{% extends 'grp-type.jinja2' %}\n",
        }),
        worker('grp-worker'),
        deviceType('grp-type', { permissions: [{ group: 'grp-users', permission: 'view_devicetype' }] }),
        template('grp-type', 'a: 1\n'),
        group('grp-owners', { members: [] }),
        group('grp-users', { members: [] }),
      ];
      const planNow = async () =>
        makePlan({
          desired: desiredMaster(lab.map((object) => target.normalise(object))),
          observed: await target.observe(interestIn(lab)),
          lastApplied: null,
          policy,
          mode: 'enforce',
          consents: { ...noConsents, adopt: 'all' },
          repository: '/lab',
          revision: 'r',
          targetUrl: target.url,
        });
      const plan = await planNow();
      const outcomes = await applyAll(
        target,
        plan.changes.filter(({ verb }) => verb === 'create'),
      );
      expect(outcomes.map(({ status, reason }) => reason ?? status)).toEqual(lab.map(() => 'done'));
      const differences = (await planNow()).changes.filter(({ fields }) => fields.length > 0);
      expect(differences).toEqual([]);
      const doomed = [...lab.slice(0, 2), lab[3], lab[2], ...lab.slice(4)].flatMap((one) => one ?? []);
      const objects = (await target.observe(interestIn(lab))).objects;
      const gone = await applyAll(
        target,
        doomed.map((one) => change('delete', objects.get(`${one.kind}/${one.name}`) ?? one)),
      );
      expect(gone.map(({ status, reason }) => reason ?? status)).toEqual(doomed.map(() => 'done'));
    });

    it('of a release without an API show at least their names, if the lab names groups', async (context) => {
      if (master.supports.groups) context.skip();
      const { target, groups } = master;
      const key = `group/${groups[0]}` as const;
      const observed = await target.observe(new Set([key]));
      expect(observed.objects.get(key)).toEqual(group(groups[0]));
      expect([...observed.unsupported]).toEqual(expect.arrayContaining(['group', 'group.members']));
      const [outcome] = await applyAll(target, [change('create', group('grp-one'))]);
      expect(outcome).toMatchObject({ status: 'failed' });
      expect(outcome?.reason).toMatch(/^LAVA 20\d\d\.\d\d has no API call for groups$/);
    });
  });
}
