import { ExternalError } from '../../../src/diagnostics/index.js';
import { capabilitiesOf } from '../../../src/lava/capabilities.js';
import type { Http } from '../../../src/lava/http.js';
import { reportJob, readLog, submitJob } from '../../../src/lava/jobs/job-requests.js';
import { deviceSummary, workerSummary } from '../../../src/lava/jobs/values.js';
import { observeMaster, readLists } from '../../../src/lava/observe/observe.js';
import { listDevices, listWorkers } from '../../../src/lava/observe/rows.js';
import { createRest } from '../../../src/lava/rest.js';
import { createRpc } from '../../../src/lava/rpc.js';
import { normalise } from '../../../src/lava/normalise.js';
import type { Connection } from '../../../src/lava/session.js';
import { encodeResponse } from '../../../src/xml-rpc/index.js';
import { expectEqual, type Target } from '../target.js';
import { sectionsOf, sectionText, type Section } from './sections.js';

function page(results: readonly object[]): string {
  return JSON.stringify({ count: results.length, next: null, previous: null, results });
}

const answers = {
  'system/version/': JSON.stringify({ version: '2023.01' }),
  'system/whoami/': JSON.stringify({ user: 'admin' }),
  'devices/?': page([
    {
      hostname: 'b1',
      device_type: 'qemu',
      worker_host: 'w1',
      description: 'd',
      health: 'Good',
      tags: [1],
      physical_owner: 1,
      physical_group: null,
      state: 'Idle',
      last_health_report_job: 3,
      is_synced: false,
      device_version: '1',
    },
  ]),
  'devicetypes/': page([
    {
      name: 'qemu',
      description: null,
      display: true,
      aliases: ['kvm'],
      health_frequency: 24,
      health_denominator: 'hours',
      disable_health_check: false,
      architecture: 'arm64',
      bits: 64,
      cores: ['a'],
      core_count: 4,
    },
  ]),
  'workers/': page([
    {
      hostname: 'w1',
      description: 'd',
      health: 'Active',
      state: 'Online',
      job_limit: 0,
      version: '1',
      last_ping: '2026',
    },
  ]),
  'permissions/': page([{ id: 1, name: 'submit_to_device', device: 'b1', group: 'g' }]),
  'tags/': page([{ id: 1, name: 'usb', description: null }]),
  'users/': page([{ id: 1, username: 'admin' }]),
  'groups/': page([{ id: 1, name: 'g' }]),
  'aliases/': page([{ name: 'kvm', device_type: 'qemu' }]),
  RPC2: encodeResponse([
    [{ default_template: false, default_env: true }],
    [Buffer.from('text')],
    { faultCode: 404, faultString: 'no' },
    [Buffer.from('a')],
    [Buffer.from('b')],
    [Buffer.from('c')],
  ]),
};

const jobAnswers = {
  'jobs/1/suites/1/tests/': page([
    {
      id: 1,
      name: 'job',
      result: 'fail',
      metadata: 'error_type: Job\nerror_msg: login-action timed out after 10 seconds\nlevel: "1.1"\n',
    },
    { id: 2, name: 'login-action', result: 'fail', metadata: '{level: 2.4.1}' },
  ]),
  'jobs/1/suites/': page([{ id: 1, name: 'lava' }]),
  'jobs/1/logs/':
    '- {"dt": "2026-11-30T12:00:00.000000", "lvl": "info", "msg": "start: 2.4.1 login-action (timeout 00:01:00)"}\n- {"dt": "x", "lvl": "target", "msg": "\\x1b[31mlogin:"}\n- {dt: a, lvl: exception, msg: Wait for prompt [a, b] (timeout 00:01:00)}\n',
  'jobs/1/': JSON.stringify({
    id: 1,
    description: 'd',
    state: 'Finished',
    health: 'Incomplete',
    requested_device_type: 'qemu',
    failure_comment: 'Invalid job data: [\'a\', "b"]',
    error_type: null,
  }),
  'jobs/': JSON.stringify({
    job_ids: [1, '2.0'],
    message: 'a\nb',
    problems: [{ path: 'actions', message: 'no', hint: 'Do.' }],
  }),
  ...answers,
};

const tokens = [
  '"count":', '"next":', '"results":', 'null', '[]', '{}', '[[', ']]', '{"a":', '"hostname":', '"name":', '"tags":', '"health":', '"metadata":', '"id":', '1e999', '-1',
  '"__proto__":', '"\\u0000"', '"\\ud800"', '"version":"2026.10"', '"version":"2020.08"', '"version":"x"', '"software":"lavaflow"', '<value>', '</value>', '<array><data>',
  '<struct></struct>', '<fault>', '<nil/>', '<base64>', '=== RPC2\n', '=== status 404\n', '=== status 500\n', '<html>', 'timed out', ' while waiting for ', 'Wait for prompt ', "Invalid job data: ['",
  '!x ', '&a ', '*a', '- ', '\n', '\\x1b',
]; // prettier-ignore

/** A master whose response to a request is the first part of the input that is named like the start of its path. */
function masterOf(sections: readonly Section[]): Connection {
  const http: Http = {
    url: 'http://master.test',
    token: 'secret-token-of-the-master',
    async request({ what, path, answers: expected = [] }) {
      await Promise.resolve();
      const found = sections.find(({ name }) => path.replace('api/v0.2/', '').startsWith(name));
      if (found !== undefined)
        return {
          status: path.endsWith('jobs/') && expected.includes(400) && found.text.length % 2 === 0 ? 400 : 200,
          text: found.text,
        };
      if (expected.includes(404)) return { status: 404, text: '' };
      throw new ExternalError({ what, where: 'http://master.test', why: 'HTTP 404', retry: 'never' });
    },
  };
  const rest = createRest(http);
  const sessionOf = (release: string, user: string) => ({
    http,
    rest,
    rpc: createRpc(http, user),
    user,
    capabilities: capabilitiesOf(release, undefined),
  });
  return {
    http,
    rest,
    async open() {
      const version = await rest.get('get the version', 'system/version/');
      return sessionOf(typeof version['version'] === 'string' ? version['version'] : '2023.01', 'admin');
    },
    assume: ({ release, user }) => sessionOf(release, user),
  };
}

async function tolerant<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ExternalError) return null;
    throw error;
  }
}

export const masterObjects: Target = {
  name: 'master-objects',
  reach: 'masters: lists, files and permissions that are observed',
  seeds: [
    sectionText(answers),
    sectionText({ ...answers, 'system/version/': '{"version": "2026.10"}' }),
    sectionText({ ...answers, 'system/version/': '{"version": "2020.08"}' }),
  ],
  tokens,
  mostBytes: 32 * 1024,
  msPerKib: 60,
  open: () => ({
    check: async (input) => {
      const connection = masterOf(sectionsOf(input.toString('utf8')));
      const lists = await tolerant(readLists(connection, new Set(['device/b1', 'template/base'])));
      if (lists === null) return;
      const observed = await tolerant(observeMaster(lists, new Set(['template/base', 'group/g'])));
      for (const object of observed?.objects.values() ?? []) {
        expectEqual('an object is normal after it was made so', normalise(object), object);
      }
    },
  }),
};

export const masterJobs: Target = {
  name: 'master-jobs',
  reach: 'masters: jobs, results and logs that are shown',
  seeds: [sectionText(jobAnswers)],
  tokens,
  mostBytes: 32 * 1024,
  msPerKib: 60,
  open: () => ({
    check: async (input) => {
      const connection = masterOf(sectionsOf(input.toString('utf8')));
      await tolerant(reportJob(connection, '1'));
      await tolerant(readLog(connection, '1', 0));
      await tolerant(submitJob(connection, 'x'));
      for (const row of (await tolerant(listDevices(connection.rest, null))) ?? []) deviceSummary(row);
      for (const row of (await tolerant(listWorkers(connection.rest, null))) ?? []) workerSummary(row);
    },
  }),
};
