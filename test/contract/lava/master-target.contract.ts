import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  fieldsOf,
  type ConfigurationObject,
  type ObjectKey,
  type WorkerFields,
} from '../../../src/model/index.js';
import type { MasterTarget } from '../../../src/reconcile/index.js';
import { describeGroups } from './groups.contract.js';
import {
  applyAll,
  change,
  changesTo,
  converge,
  device,
  deviceType,
  healthCheck,
  interestIn,
  template,
  worker,
} from '../../support/targets/master-changes.js';
import { xmlText } from '../../support/targets/xml-text.js';

/** A master under test: empty at first, and after each `reset`. */
export interface ContractMaster {
  /** May be a different one after `reset`. */
  readonly target: MasterTarget;
  readonly supports: {
    readonly certificates: boolean;
    /** A file for the environment of boards (LAVA from 2022.01, and the embedded master). */
    readonly envDut: boolean;
    /** Files can be deleted (LAVA from 2022.04, and the embedded master). */
    readonly deletingFiles: boolean;
    /** A text may contain every character that JSON can represent; otherwise only those of XML 1.0. */
    readonly anyCharacter: boolean;
    /** Worker files must be YAML (LAVA from 2024.03, and the embedded master). */
    readonly checksYaml: boolean;
    /** Groups can be created, and have members (LAVA from 2023.03, and the embedded master). */
    readonly groups: boolean;
    /** An unknown account is rejected. */
    readonly checksAccounts: boolean;
  };
  /** A user and two groups that exist. */
  readonly user: string;
  readonly groups: readonly [string, string];
  /** Two users that exist. */
  readonly users: readonly [string, string];
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const dictionary = "{% extends 'type-a.jinja2' %}\n{% set connection_command = 'telnet localhost 7001' %}\n";
const base: readonly ConfigurationObject[] = [
  template('type-a', "{% extends 'base.jinja2' %}\n"),
  template('type-b', '{# b #}'),
  deviceType('type-a', { description: 'A & <b>', display: true, aliases: [], permissions: [] }),
  deviceType('type-b', { aliases: [] }),
  healthCheck('type-a', 'job_name: check\n'),
  worker('worker-1', { description: 'one', env: 'overrides:\n  http_proxy: http://proxy:3128\n' }),
  worker('worker-2'),
  device('board-1', {
    deviceType: 'type-a',
    worker: 'worker-1',
    description: 'the first',
    health: 'Maintenance',
    tags: ['usb', 'hdmi'],
    permissions: [],
    dictionary,
  }),
];

type Update = readonly [
  what: string,
  make: (master: ContractMaster) => readonly ConfigurationObject[],
  /** The capability that the master must have; without it, the outcome reports this and nothing changes. */
  needs?: 'envDut' | 'deletingFiles',
];

/** Fields that are changed, one at a time, and changed back. */
const updates: readonly Update[] = [
  ['a template', () => [template('type-a', '{# other #}\n')]],
  ['a health check', () => [healthCheck('type-a', 'job_name: other')]],
  ['a health check that goes', () => [healthCheck('type-a', null)], 'deletingFiles'],
  ['the description of a type', () => [deviceType('type-a', { description: 'other' })]],
  ['a description that goes', () => [deviceType('type-a', { description: null })]],
  ['a hidden type', () => [deviceType('type-a', { display: false })]],
  ['aliases', () => [deviceType('type-a', { aliases: ['z_1', 'a-2', 'ti,omap4-panda'] })]],
  [
    'a frequency in hours',
    () => [deviceType('type-a', { healthCheckFrequency: { every: 48, unit: 'hours' } })],
  ],
  ['a frequency in jobs', () => [deviceType('type-a', { healthCheckFrequency: { every: 5, unit: 'jobs' } })]],
  ['disabled health checks', () => [deviceType('type-a', { healthChecksDisabled: true })]],
  ['the core count', () => [deviceType('type-a', { coreCount: 4, cpuModel: 'OMAP 4430 / 4460' })]],
  [
    'permissions on a type',
    ({ groups }) => [
      deviceType('type-a', {
        permissions: [
          { group: groups[1], permission: 'submit_to_devicetype' },
          { group: groups[1], permission: 'view_devicetype' },
          { group: groups[0], permission: 'change_devicetype' },
        ],
      }),
    ],
  ],
  ['the description of a worker', () => [worker('worker-1', { description: 'other' })]],
  ['no description of a worker', () => [worker('worker-1', { description: null })]],
  ['a job limit', () => [worker('worker-1', { jobLimit: 3 })]],
  ['the health of a worker', () => [worker('worker-1', { health: 'Maintenance' })]],
  ['env', () => [worker('worker-1', { env: 'purge: true\n' })]],
  ['no env', () => [worker('worker-1', { env: null })], 'deletingFiles'],
  ['env-dut', () => [worker('worker-1', { envDut: 'purge: false' })], 'envDut'],
  [
    'a dispatcher configuration',
    () => [worker('worker-1', { dispatcherConfig: 'dispatcher_ip: 10.0.0.1\n' })],
  ],
  ['the type of a device', () => [device('board-1', { deviceType: 'type-b' })]],
  ['the worker of a device', () => [device('board-1', { worker: 'worker-2' })]],
  ['no worker', () => [device('board-1', { worker: null })]],
  ['the description of a device', () => [device('board-1', { description: ' spaced\n' })]],
  ['no description of a device', () => [device('board-1', { description: null })]],
  ['tags', () => [device('board-1', { tags: ['usb', 'audio', 'Big_1'] })]],
  ['no tags', () => [device('board-1', { tags: [] })]],
  ['a version', () => [device('board-1', { version: 'rev C' })]],
  ['an owner', ({ user }) => [device('board-1', { physicalOwner: user })]],
  ['a group', ({ groups }) => [device('board-1', { physicalGroup: groups[0] })]],
  [
    'permissions',
    ({ groups }) => [
      device('board-1', {
        permissions: [
          { group: groups[1], permission: 'submit_to_device' },
          { group: groups[0], permission: 'view_device' },
        ],
      }),
    ],
  ],
  ['a dictionary', () => [device('board-1', { dictionary: `${dictionary}{# more #}` })]],
  ['no dictionary', () => [device('board-1', { dictionary: null })], 'deletingFiles'],
  ['a dictionary that does not parse', () => [device('board-1', { dictionary: '{% extends' })]],
  ['health Unknown', () => [device('board-1', { health: 'Unknown' })]],
  ['health Good', () => [device('board-1', { health: 'Good' })]],
  ['health Bad', () => [device('board-1', { health: 'Bad' })]],
  ['health Looping', () => [device('board-1', { health: 'Looping' })]],
  ['health Retired', () => [device('board-1', { health: 'Retired' })]],
];

/**
 * What every master behind the reconciler's port must do: stock LAVA and the embedded master.
 * @param start starts a master for all tests of the suite
 * @param options.numRuns number of generated contents and rows
 */
export function describeMasterTarget(
  name: string,
  start: () => Promise<ContractMaster>,
  { numRuns = 40 } = {},
): void {
  describe(name, () => {
    let master: ContractMaster;
    let target: MasterTarget;
    beforeAll(async () => {
      master = await start();
    });
    afterAll(async () => {
      await master.stop();
    });

    /** Without the file that this master does not support. */
    function workerFiles({ envDut, ...files }: WorkerFields): WorkerFields {
      return master.supports.envDut && envDut !== undefined ? { ...files, envDut } : files;
    }

    describe('one field at a time', () => {
      beforeAll(async () => {
        await master.reset();
        target = master.target;
        await converge(target, base);
      });
      const named = updates.map(([what, make, needs]) => ({ what, make, needs }));
      it.each(named)('updates $what, and back', async ({ make, needs }) => {
        const desired = make(master);
        const there = await converge(target, desired);
        if (needs !== undefined && !master.supports[needs]) {
          expect(there.outcomes).toHaveLength(desired.length);
          for (const { status, reason } of there.outcomes) {
            expect(`${status}: ${reason ?? ''}`).toMatch(/^failed: .*LAVA 20\d\d\.\d\d (has no|cannot)/);
          }
          expect((await converge(target, base)).outcomes).toEqual([]);
          return;
        }
        expect(there.outcomes.map(({ verb, status, reason }) => ({ verb, status, reason }))).toEqual(
          desired.map(() => ({ verb: 'update', status: 'done', reason: undefined })),
        );
        expect(there.left).toEqual([]);
        const back = await converge(target, base);
        expect(back.outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
        expect(back.left).toEqual([]);
      });
    });

    describeGroups(() => master);

    describe('from an empty master', () => {
      beforeEach(async () => {
        await master.reset();
        target = master.target;
      });

      it('shows an empty master, and marks the objects of the master itself', async () => {
        const observed = await target.observe(new Set());
        expect(observed.unreadable).toEqual([]);
        const known = new Set<ObjectKey>(master.groups.map((name): ObjectKey => `group/${name}`));
        const others = [...observed.objects.keys()].filter(
          (key) => !observed.builtIn.has(key) && !known.has(key),
        );
        expect(others).toEqual([]);
        expect(observed.release).not.toBe('');
      });

      it('creates every kind, shows it as defined, and has no changes left', async () => {
        const { outcomes, left, observed } = await converge(target, base);
        expect(outcomes).toEqual(
          base.map((object) => ({ key: `${object.kind}/${object.name}`, verb: 'create', status: 'done' })),
        );
        expect(left).toEqual([]);
        for (const object of base) {
          const found = observed.objects.get(`${object.kind}/${object.name}`);
          expect(found?.fields).toMatchObject(fieldsOf(target.normalise(object)));
        }
      });

      it('shows the same when reading it began before, whatever was expected', async () => {
        await converge(target, base);
        const interest = interestIn(base);
        const usual = await target.observe(interest);
        const others: ReadonlySet<ObjectKey> = new Set(['device/none', 'worker/none', 'device/board-1']);
        for (const expected of [interest, new Set<ObjectKey>(), others]) {
          target.beginObserving?.(expected);
          expect(await target.observe(interest)).toEqual(usual);
        }
        target.beginObserving?.(interest);
        const key = 'device/board-1' as const;
        expect((await target.observe(interest, undefined, new Set([key]))).objects.get(key)).toEqual(
          usual.objects.get(key),
        );
      });

      it('creates a device type and a device with all fields that a lab can set', async () => {
        const { groups, user } = master;
        const desired = [
          deviceType('type-c', {
            description: 'c',
            display: false,
            aliases: ['c-1', 'ti,omap4-panda'],
            healthCheckFrequency: { every: 7, unit: 'jobs' },
            healthChecksDisabled: true,
            cpuModel: 'OMAP 4430',
            coreCount: 2,
            permissions: [{ group: groups[0], permission: 'submit_to_devicetype' }],
          }),
          worker('worker-3', {
            description: 'three',
            health: 'Maintenance',
            jobLimit: 4,
            env: 'purge: true\n',
            ...(master.supports.envDut ? { envDut: 'purge: false\n' } : {}),
            dispatcherConfig: 'dispatcher_ip: 10.0.0.3\n',
          }),
          device('board-3', {
            deviceType: 'type-c',
            worker: 'worker-3',
            description: 'the third',
            health: 'Bad',
            version: 'rev B',
            physicalOwner: user,
            physicalGroup: groups[1],
            tags: ['usb'],
            permissions: [{ group: groups[1], permission: 'change_device' }],
            dictionary,
          }),
        ];
        const { outcomes, left } = await converge(target, desired);
        expect(outcomes.map(({ status, reason }) => reason ?? status)).toEqual(['done', 'done', 'done']);
        expect(left).toEqual([]);
      });

      it('creates devices and workers with each health, and a device without a worker', async () => {
        await converge(target, base);
        const desired = [
          ...(['Good', 'Unknown', 'Looping', 'Bad', 'Maintenance', 'Retired'] as const).map((health) =>
            device(`board-${health}`, { deviceType: 'type-a', worker: 'worker-2', health, dictionary }),
          ),
          device('loose', {
            deviceType: 'type-b',
            worker: null,
            description: 'd',
            version: '2',
            health: 'Maintenance',
          }),
        ];
        const { outcomes, left } = await converge(target, desired);
        expect(outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
        expect(left).toEqual([]);
        const workers = [
          worker('retired', { health: 'Retired' }),
          worker('active', { health: 'Active', jobLimit: 2 }),
        ];
        expect((await converge(target, workers)).left).toEqual([]);
      });

      it('shows retired devices and hidden types like any others', async () => {
        await converge(target, base);
        await converge(target, [
          device('board-1', { health: 'Retired' }),
          deviceType('type-a', { display: false }),
        ]);
        const { outcomes, left } = await converge(target, [
          device('board-1', {
            health: 'Retired',
            description: 'in the cellar',
            version: '1',
            dictionary: '{# x #}',
          }),
          deviceType('type-a', { description: 'hidden' }),
        ]);
        expect(outcomes.map(({ status }) => status)).toEqual(['done', 'done']);
        expect(left).toEqual([]);
      });

      it('retires', async () => {
        await converge(target, base);
        const outcomes = await applyAll(target, [
          change('retire', device('board-1', {})),
          change('retire', worker('worker-1')),
          change('retire', deviceType('type-a')),
        ]);
        expect(outcomes.map(({ status, reason }) => reason ?? status)).toEqual(['done', 'done', 'done']);
        const { objects } = await target.observe(new Set());
        expect(objects.get('device/board-1')?.fields).toMatchObject({ health: 'Retired' });
        expect(objects.get('worker/worker-1')?.fields).toMatchObject({ health: 'Retired' });
        expect(objects.get('device-type/type-a')?.fields).toMatchObject({ display: false });
      });

      it('deletes, and leaves no file for a new object with the same name', async () => {
        await converge(target, base);
        const { objects } = await target.observe(interestIn(base));
        const doomed = [
          'device/board-1',
          'worker/worker-1',
          'health-check/type-a',
          'template/type-a',
          'device-type/type-a',
        ];
        const outcomes = await applyAll(
          target,
          doomed.map((key) => change('delete', objects.get(key as ObjectKey) ?? deviceType('missing'))),
        );
        if (!master.supports.deletingFiles) {
          const failed = outcomes.filter(({ status }) => status === 'failed').map(({ key }) => key);
          expect(failed).toEqual(['health-check/type-a', 'template/type-a']);
          return;
        }
        expect(outcomes.map(({ key, status, reason }) => [key, reason ?? status])).toEqual(
          doomed.map((key) => [key, 'done']),
        );
        const after = await target.observe(interestIn(base));
        expect(doomed.filter((key) => after.objects.has(key as ObjectKey))).toEqual([]);
        const again = await converge(target, [
          deviceType('type-a'),
          worker('worker-1'),
          device('board-1', { deviceType: 'type-a', worker: 'worker-1', health: 'Maintenance' }),
        ]);
        expect(again.observed.objects.get('device/board-1')?.fields).toMatchObject({
          dictionary: null,
          tags: [],
        });
        expect(again.observed.objects.get('worker/worker-1')?.fields).toMatchObject({ env: null });
      });

      it('writes only the requested fields', async () => {
        await converge(target, base);
        const before = await target.observe(interestIn(base));
        await converge(target, [
          device('board-1', { description: 'other' }),
          worker('worker-1', { jobLimit: 1 }),
        ]);
        const after = await target.observe(interestIn(base));
        expect(fields(after, 'device/board-1')).toEqual({
          ...fields(before, 'device/board-1'),
          description: 'other',
        });
        expect(fields(after, 'worker/worker-1')).toEqual({
          ...fields(before, 'worker/worker-1'),
          jobLimit: 1,
        });
      });

      it('compares texts as the master returns them: newlines are LF, an empty text is missing, a missing final newline is preserved', async () => {
        await converge(target, base);
        const texts = [
          'a\r\nb\r\n',
          'a\rb',
          'no newline',
          '\n\n',
          ' \t ',
          '\ufeffbom\n',
          'é 😀 \u2028\u0085 ]]> &amp; <x>',
          '# only',
        ];
        for (const text of texts) {
          // YAML does not allow a tab before a value.
          const file = master.supports.checksYaml ? text.replace('\t', ' ') : text;
          const desired = [
            device('board-1', { dictionary: text }),
            template('type-a', text),
            healthCheck('type-a', text),
            worker('worker-1', workerFiles({ env: file, envDut: file, dispatcherConfig: file })),
          ];
          const { outcomes, left } = await converge(target, desired);
          expect(outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
          expect(left).toEqual([]);
        }
      });

      it('converges for any content', async () => {
        await converge(target, base);
        // An empty file is deleted.
        const fileText = master.supports.deletingFiles ? xmlText : xmlText.filter((text) => text !== '');
        const workerFile = master.supports.checksYaml
          ? fc
              .tuple(xmlText, fc.constantFrom('', '\n', '\r\n'))
              .map(([text, end]) => `x: ${JSON.stringify(text.replace(/[\u007f-\u009f]/g, ' '))}${end}`)
          : fileText;
        const content = fc.record({
          dictionary: fileText,
          text: fileText,
          job: fileText,
          env: workerFile,
          envDut: workerFile,
          dispatcherConfig: workerFile,
          about: xmlText,
        });
        await fc.assert(
          fc.asyncProperty(
            content,
            async ({ dictionary, text, job, env, envDut, dispatcherConfig, about }) => {
              const { outcomes, left } = await converge(target, [
                template('type-a', text),
                healthCheck('type-a', job),
                deviceType('type-a', { description: about.slice(0, 100) }),
                worker('worker-1', workerFiles({ env, envDut, dispatcherConfig, description: about })),
                device('board-1', { dictionary, description: about }),
              ]);
              expect(outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
              expect(left).toEqual([]);
            },
          ),
          { numRuns, interruptAfterTimeLimit: 60_000 },
        );
      });

      it('converges for any rows', async () => {
        const [one, two] = master.groups;
        const permissions = (what: string) =>
          fc.array(
            fc.record({
              group: fc.constantFrom(one, two),
              permission: fc.constantFrom(`view_${what}`, `submit_to_${what}`, `change_${what}`),
            }),
            { maxLength: 4 },
          );
        const text = fc.option(xmlText, { nil: null });
        const rows = fc.record({
          type: fc.record({
            description: text,
            display: fc.boolean(),
            healthChecksDisabled: fc.boolean(),
            healthCheckFrequency: fc.record({
              every: fc.integer({ min: 1, max: 1000 }),
              unit: fc.constantFrom('hours' as const, 'jobs' as const),
            }),
            aliases: fc.array(fc.constantFrom('a-1', 'b_2', 'ti,omap4-panda', 'C.3'), { maxLength: 4 }),
            cpuModel: fc.option(
              xmlText.map((words) => words.slice(0, 90)),
              { nil: null },
            ),
            coreCount: fc.option(fc.integer({ min: 1, max: 512 }), { nil: null }),
            permissions: permissions('devicetype'),
          }),
          worker: fc.record({
            description: text,
            jobLimit: fc.integer({ min: 0, max: 1000 }),
          }),
          device: fc.record({
            deviceType: fc.constantFrom('type-a', 'type-b'),
            worker: fc.constantFrom('worker-1', 'worker-2', null),
            description: text,
            version: text,
            health: fc.constantFrom('Good', 'Unknown', 'Looping', 'Bad', 'Maintenance', 'Retired'),
            physicalOwner: fc.constantFrom(master.user, null),
            physicalGroup: fc.constantFrom(one, two, null),
            tags: fc.array(fc.constantFrom('usb', 'hdmi', 'Big_1', 'x-2'), { maxLength: 4 }),
            permissions: permissions('device'),
          }),
        });
        await converge(target, base);
        await fc.assert(
          fc.asyncProperty(rows, async (row) => {
            const { outcomes, left } = await converge(target, [
              deviceType('type-a', row.type),
              worker('worker-1', row.worker),
              device('board-1', row.device),
            ]);
            expect(outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
            expect(left).toEqual([]);
          }),
          { numRuns, interruptAfterTimeLimit: 60_000 },
        );
      });

      it('reports which character cannot be encoded, and does the rest', async () => {
        await converge(target, base);
        const desired = [
          device('board-1', { dictionary: 'one\ntwo \u0001\n' }),
          device('board-2', { deviceType: 'type-a', worker: 'worker-2', health: 'Maintenance', dictionary }),
        ];
        const { outcomes } = await converge(target, desired);
        if (master.supports.anyCharacter) {
          expect(outcomes.map(({ status }) => status)).toEqual(['done', 'done']);
          return;
        }
        expect(outcomes).toMatchObject([
          {
            key: 'device/board-1',
            status: 'failed',
            reason: expect.stringMatching(/U\+0001 in line 2/) as string,
          },
          { key: 'device/board-2', status: 'done' },
        ]);
      });

      it('reports an account that does not exist on the master', async () => {
        await converge(target, base);
        const { outcomes } = await converge(target, [device('board-1', { physicalOwner: 'nobody-here' })]);
        if (!master.supports.checksAccounts) {
          expect(outcomes).toMatchObject([{ status: 'done' }]);
          return;
        }
        expect(outcomes).toMatchObject([
          { status: 'failed', reason: expect.stringContaining('nobody-here') as string },
        ]);
      });

      it('names its users for a plan', async () => {
        await converge(target, base);
        const users = [...((await target.readUsers?.()) ?? [])];
        expect(users).toContain(master.user);
        expect(users).not.toContain('nobody-here');
      });

      it('shows the texts of templates in force, and does not claim that a missing one exists', async () => {
        await converge(target, base);
        const texts = await target.readTemplates?.(new Set(['type-a', 'no-such-template']));
        expect(texts?.get('type-a')?.trimEnd()).toBe("{% extends 'base.jinja2' %}");
        expect(typeof texts?.get('no-such-template')).not.toBe('string');
      });

      it('does not change anything if nothing differs', async () => {
        await converge(target, base);
        expect(changesTo(target, base, await target.observe(interestIn(base)))).toEqual([]);
        expect(await applyAll(target, [])).toEqual([]);
      });

      it('stores a public certificate if the master supports it, and otherwise reports that it does not', async () => {
        await converge(target, base);
        const observed = await target.observe(new Set());
        expect(observed.unsupported.has('worker.certificate')).toBe(!master.supports.certificates);
        const certificate = 'metadata\ncurve\n    public-key = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"\n';
        const { outcomes, left } = await converge(target, [worker('worker-1', { certificate })]);
        expect(outcomes[0]?.status).toBe(master.supports.certificates ? 'done' : 'failed');
        if (master.supports.certificates) expect(left).toEqual([]);
      });
    });
  });
}

function fields(observed: { objects: ReadonlyMap<ObjectKey, ConfigurationObject> }, key: ObjectKey): object {
  return observed.objects.get(key)?.fields ?? {};
}
