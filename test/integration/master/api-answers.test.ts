/**
 * The responses of both APIs for one lab, byte for byte, on both databases: clients depend on every key. The expected
 * responses are in `api-answers/`. Review each change of these files as a change of the API.
 */
import { Buffer } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashToken } from '../../../src/master/access/identity.js';
import { createServer } from '../../../src/master/api/server.js';
import { setDeviceHealth } from '../../../src/master/health/set-device-health.js';
import { submitJob } from '../../../src/master/jobs/submit.js';
import { createDeviceRenderer } from '../../../src/master/render/device-renderer.js';
import { ensurePrincipal } from '../../../src/master/store/access/principals.js';
import { replaceToken } from '../../../src/master/store/access/tokens.js';
import { encodeCall, type XmlRpcValue } from '../../../src/xml-rpc/index.js';
import {
  definition,
  healthCheck,
  jobResult,
  key,
  resultLine,
  smallLab,
  startCore,
  textLine,
  type Core,
} from '../../support/master/core.js';
import { postgresDatabases, sqliteDatabases, type Databases } from '../../support/master/databases.js';
import { requireOrSkip } from '../../support/real-parts.js';

const lab = [
  ...smallLab,
  { ...healthCheck, name: 'checked' },
  {
    verb: 'create',
    kind: 'device-type',
    name: 'checked',
    fields: {
      description: 'A board, Ä',
      cores: ['A53', 'A72'],
      bits: 64,
      coreCount: 6,
      architecture: 'ARMv8',
      healthCheckFrequency: { every: 3, unit: 'jobs' },
      permissions: [{ group: 'lab', permission: 'view_devicetype' }],
    },
  },
  { verb: 'create', kind: 'device-type', name: 'hidden', fields: { display: false, bits: 8 } },
  { verb: 'create', kind: 'template', name: 'checked', fields: { text: 'constants: {a: {{ b }}}\n' } },
  {
    verb: 'create',
    kind: 'worker',
    name: 'w2',
    fields: {
      description: 'A shelf',
      jobLimit: 12,
      certificate: key('b'),
      envDut: 'a: 1\n',
      maintenanceWindows: [
        {
          ...{ timeZone: 'Europe/Berlin', days: ['monday'], from: '22:00', to: '02:00' },
          ...{ of: 'site here', reason: null },
        },
      ],
    },
  },
  { verb: 'create', kind: 'worker', name: 'w3', fields: { health: 'Retired', jobLimit: 3 } },
  {
    verb: 'create',
    kind: 'device',
    name: 'c-1',
    fields: {
      deviceType: 'checked',
      worker: 'w2',
      tags: ['usb', 'hdmi'],
      description: 'ÄRGER 100%_',
      version: '1.0',
      physicalOwner: 'ann',
      physicalGroup: 'lab',
      permissions: [{ group: 'lab', permission: 'submit_to_device' }],
      dictionary: "{% extends 'checked.jinja2' %}\n{% set b = 1 %}\n",
    },
  },
  { verb: 'create', kind: 'device', name: 'C-2', fields: { deviceType: 'checked', health: 'Maintenance' } },
  { verb: 'create', kind: 'device', name: 'old', fields: { deviceType: 'sim', health: 'Retired' } },
] as const;

const rest = `
devices/ devices/?all=true devices/?limit=1&offset=1 devices/?hostname=SIM-1 devices/?hostname__in=c-1,C-2
devices/?description= devices/?description__icontains=ärger devices/?description__contains=%25_
devices/?description__contains=rger devices/?description__startswith=Ä devices/?state=running devices/?state=idle
devices/?physical_owner=3 devices/?physical_owner= devices/?worker_host__in=w1,w2 devices/?health__in=Good,Bad
devices/?ordering=description devices/?ordering=-description devices/?ordering=hostname devices/?ordering=-physical_owner
devices/?ordering=physical_owner devices/?ordering=state&all=1 devices/?ordering=-worker_host&limit=1 devices/?colour=red
devices/?hostname__like=a devices/?ordering=colour devices/?limit=x&offset=y devices/?limit=0 devices/?search=x&format=json
devices/?device_version=1.0 devices/?physical_group__contains=1 devices/?hostname=a&hostname=c-1
devices/sim-1/ devices/c-1/ devices/old/ devices/old/?all=1 devices/none/ devices/sim-1/dictionary/
devices/sim-1/dictionary/?render=1&context={arch:%20arm} devices/sim-1/dictionary/?render=1&context=[] devices/C-2/dictionary/
devicetypes/ devicetypes/?display=true devicetypes/?display=False devicetypes/?bits=64 devicetypes/?ordering=bits
devicetypes/?ordering=-bits devicetypes/?ordering=-display devicetypes/?bits__in=8,64 devicetypes/?cores=A53
devicetypes/checked/ devicetypes/none/
devicetypes/sim/template/ devicetypes/none/template/ devicetypes/checked/health_check/ devicetypes/sim/health_check/
workers/ workers/?ordering=-job_limit workers/?ordering=job_limit workers/?job_limit=12 workers/?job_limit__contains=1
workers/?state=offline workers/?description=
workers/w1/ workers/w2/env/ workers/w2/env-dut/ workers/w1/config/ workers/w2/certificate/ workers/none/env/
aliases/ aliases/?device_type=sim aliases/simulator/ aliases/none/ tags/ tags/?ordering=-name tags/?name=USB tags/1/ tags/9/ tags/x/
permissions/devices/ permissions/devices/?group=lab permissions/devicetypes/ permissions/devicetypes/?devicetype=x
users/ users/?ordering=-id groups/ groups/?name=lab
jobs/ jobs/?ordering=-id jobs/?state=FINISHED jobs/?health=complete jobs/?state=x jobs/?limit=1&offset=1
jobs/?requested_device_type=checked jobs/?actual_device=sim-1 jobs/?submitter=lava-health jobs/?health_check=True
jobs/1/ jobs/2/ jobs/99/ jobs/x/ jobs/1/logs/ jobs/1/logs/?start=1&end=2 jobs/1/logs/?start=x jobs/99/logs/
jobs/1/suites/ jobs/1/suites/?name=lava jobs/1/suites/1/ jobs/1/suites/9/ jobs/1/suites/1/tests/ jobs/1/tests/
jobs/1/tests/?ordering=-name jobs/1/tests/?result=fail jobs/1/tests/?measurement=3.5000000000 jobs/1/tests/?suite=1
jobs/1/tests/?ordering=-measurement jobs/1/tests/?test_set= jobs/1/tests/?unit=ms jobs/1/tests/?name__in=ping,job
system/version/ system/whoami/ system/certificate/ none/`;

const calls: readonly (readonly [string, ...XmlRpcValue[]])[] = [
  ['system.version'],
  ['system.api_version'],
  ['system.whoami'],
  ['system.whoami', 1],
  ['system.get_master_certificate'],
  ['system.listMethods'],
  ['system.none'],
  ['scheduler.devices.list'],
  ['scheduler.devices.list', true],
  ['scheduler.devices.list', true, true, true],
  ['scheduler.devices.show', 'c-1'],
  ['scheduler.devices.show', 'sim-1'],
  ['scheduler.devices.show', 'none'],
  ['scheduler.devices.show', 1],
  ['scheduler.devices.show'],
  ['scheduler.devices.get_dictionary', 'sim-1'],
  ['scheduler.devices.get_dictionary', 'sim-1', true],
  ['scheduler.devices.get_dictionary', 'sim-1', 1, '{arch: arm}'],
  ['scheduler.devices.get_dictionary', 'sim-1', true, '[]'],
  ['scheduler.devices.get_dictionary', 'sim-1', true, 1],
  ['scheduler.devices.get_dictionary', 'C-2'],
  ['scheduler.devices.tags.list', 'c-1'],
  ['scheduler.devices.perms_list', 'c-1'],
  ['scheduler.devices.update', 'sim-1', 'w2'],
  ['scheduler.devices.update', 'sim-1', null, null, null, null, 'Fine'],
  ['scheduler.devices.update', 'none', null, null, null, null, 'Good'],
  ['scheduler.put_into_maintenance_mode', 'none', null],
  ['scheduler.put_into_online_mode', 'none'],
  ['scheduler.device_types.list'],
  ['scheduler.device_types.list', true],
  ['scheduler.device_types.show', 'checked'],
  ['scheduler.device_types.show', 'none'],
  ['scheduler.device_types.get_template', 'sim'],
  ['scheduler.device_types.get_template', 'none'],
  ['scheduler.device_types.get_health_check', 'checked'],
  ['scheduler.device_types.get_health_check', 'sim'],
  ['scheduler.device_types.aliases.list', 'sim'],
  ['scheduler.workers.list'],
  ['scheduler.workers.list', true],
  ['scheduler.workers.show', 'w1'],
  ['scheduler.workers.show', 'none'],
  ['scheduler.workers.get_env', 'w1'],
  ['scheduler.workers.get_env', 'w2'],
  ['scheduler.workers.get_certificate', 'w2'],
  ['scheduler.workers.update', 'w1', 'x'],
  ['scheduler.workers.update', 'w1', null, 'x'],
  ['scheduler.aliases.list'],
  ['scheduler.aliases.show', 'simulator'],
  ['scheduler.aliases.show', 'none'],
  ['scheduler.tags.list'],
  ['scheduler.tags.show', 'usb'],
  ['scheduler.tags.show', 'none'],
  ['scheduler.tags.add', 'x', 'y', 'z'],
  ['scheduler.jobs.list'],
  ['scheduler.jobs.list', 'finished', null, 0, 1, 0, true],
  ['scheduler.jobs.list', null, 'COMPLETE', 0, 25, 60, true],
  ['scheduler.jobs.list', 'x'],
  ['scheduler.jobs.list', 1],
  ['scheduler.jobs.list', null, null, 'x'],
  ['scheduler.jobs.queue'],
  ['scheduler.jobs.queue', ['sim']],
  ['scheduler.jobs.queue', ['checked'], 0, 1],
  ['scheduler.jobs.queue', 'sim'],
  ['scheduler.jobs.show', 1],
  ['scheduler.jobs.show', '2'],
  ['scheduler.jobs.show', 4],
  ['scheduler.jobs.show', 'x'],
  ['scheduler.jobs.show', 99],
  ['scheduler.jobs.definition', 1],
  ['scheduler.jobs.configuration', 1],
  ['scheduler.jobs.configuration', 4],
  ['scheduler.jobs.logs', 1],
  ['scheduler.jobs.logs', 1, 1, 2],
  ['scheduler.jobs.logs', 4],
  ['scheduler.jobs.logs', 1, null, null],
  ['scheduler.jobs.validate', 'a: 1', true],
  ['scheduler.jobs.validate', definition],
  ['scheduler.jobs.validate', 1],
  ['scheduler.jobs.submit', 'a: 1'],
  ['scheduler.validate_yaml', 'a: 1'],
  ['results.get_testjob_results_yaml', 1],
  ['results.get_testsuite_results_yaml', 1, 'lava'],
  ['results.get_testcase_results_yaml', 1, '0_smoke', 'ping'],
  ['results.get_testcase_results_yaml', 1, '0_smoke'],
  ['scheduler.validate_pipeline_devices'],
  ['scheduler.validate_pipeline_devices', 'sim'],
  ['scheduler.validate_pipeline_devices', 'c-1'],
  [
    'system.multicall',
    [{ methodName: 'system.api_version', params: [] }, 1, { methodName: 'x', params: [] }],
  ],
  ['system.multicall', 1],
];

describe.each([
  { name: 'SQLite', missing: null, open: sqliteDatabases },
  { name: 'PostgreSQL', missing: requireOrSkip('postgresql'), open: postgresDatabases },
])('the APIs on $name', ({ missing, open }) => {
  describe.skipIf(missing !== null)('', () => {
    let databases: Databases;
    let core: Core;
    let server: FastifyInstance;
    const token = 'a-token-for-tests-long-enough-to-pass';
    const basic = `Basic ${Buffer.from(`admin:${token}`).toString('base64')}`;

    beforeAll(async () => {
      databases = await open();
      let second = 0;
      const clock = () => new Date(Date.UTC(2026, 2, 1, 12) + (second += 1) * 1000);
      core = await startCore(await databases.create(), clock);
      const { store, now } = core.context;
      await store.write(async (tx) => {
        const at = now();
        await replaceToken(tx, { hash: hashToken(token), role: 'admin', username: 'admin', createdAt: at });
        await ensurePrincipal(tx, 'user', 'admin');
        await ensurePrincipal(tx, 'user', 'other');
      });
      server = createServer({
        ...core.context,
        now: () => new Date(Date.UTC(2026, 2, 1, 13)),
        renderer: createDeviceRenderer(),
        version: '1.2.3',
        masterCertificate: 'the certificate\n',
      });
      await playJobs(core);
    });
    afterAll(async () => {
      await server.close();
      await core.stop();
      await databases.stop();
    });

    test('REST', async () => {
      const answers: Record<string, unknown> = {};
      for (const path of rest.trim().split(/\s+/)) {
        const answer = await server.inject({
          url: `/api/v0.2/${encodeURI(decodeURI(path))}`,
          headers: { authorization: `Token ${token}`, host: 'master' },
        });
        const isJson = String(answer.headers['content-type']).startsWith('application/json');
        answers[path] = [
          answer.statusCode,
          answer.headers['content-type'],
          isJson ? answer.json() : answer.payload,
        ];
      }
      await expect(`${JSON.stringify(withoutMoments(answers), null, 1)}\n`).toMatchFileSnapshot(
        './api-answers/rest.txt',
      );
    });

    test('XML-RPC', async () => {
      const answers: string[] = [];
      for (const [method, ...params] of calls) {
        const answer = await server.inject({
          method: 'POST',
          url: '/RPC2',
          headers: { authorization: basic, 'content-type': 'text/xml' },
          payload: encodeCall(method, params),
        });
        answers.push(`${method} ${JSON.stringify(params)}\n${answer.payload.replaceAll('><', '>\n<')}\n`);
      }
      await expect(withoutMoments(answers.join('\n'))).toMatchFileSnapshot('./api-answers/xml-rpc.txt');
    });
  });
});

/** Job 1 on sim-1 with results, a health check of c-1 (2), then a running, a canceled and a queued job. */
async function playJobs(core: Core): Promise<void> {
  await core.apply(lab);
  await core.host.workerSeen('w1', 'lavaflow test');
  await core.settled();
  const submit = async (text: string) => {
    const submission = await submitJob(core.context, text, 'admin');
    if (!submission.ok) throw new Error(JSON.stringify(submission.problems));
    await core.settled();
    return submission.id;
  };
  const first = await submit(definition.replace('context', 'tags: [usb]\npriority: 70\ncontext'));
  await core.host.jobStarted('w1', first);
  const results = [
    { definition: '0_smoke', case: 'ping', result: 'pass', measurement: 3.5, units: 'ms', level: '1.1' },
    {
      definition: '0_smoke',
      case: 'pong',
      result: 'fail',
      set: 'net',
      starttc: 1,
      endtc: 2,
      extra: { a: [1] },
    },
    { definition: '0_smoke', case: 'pang', result: 'skip', measurement: 20, units: 's' },
  ];
  await core.host.appendLog('w1', first, 0, [
    textLine('hello'),
    ...results.map(resultLine),
    jobResult('pass'),
  ]);
  await core.host.jobEnded('w1', first, { errors: '', description: new Uint8Array() });
  await core.settled();
  await core.host.workerSeen('w2', 'lavaflow test');
  await core.settled();
  await core.host.jobStarted('w2', 2);
  await core.host.appendLog('w2', 2, 0, [jobResult('fail', 'Infrastructure')]);
  await core.host.jobEnded('w2', 2, { errors: '', description: new Uint8Array() });
  await core.settled();
  await setDeviceHealth(core.context, 'C-2', 'Maintenance', 'admin', 'new cable');
  await submit(definition.replace('public', 'personal'));
  await submit(definition.replace('public', '{group: [lab, x]}').replace('simulator', 'checked'));
  await submit(definition);
}

/** Replaces times, which depend on how often the clock was read; their format does not. */
function withoutMoments<T>(value: T): T {
  const text = JSON.stringify(value)
    .replace(/2026-03-01T12:\d\d:\d\d\.000Z/g, '(moment)')
    .replace(/20260301T12:\d\d:\d\d/g, '(moment)');
  return JSON.parse(text) as T;
}
