import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashToken } from '../../../src/master/access/identity.js';
import { createServer } from '../../../src/master/api/server.js';
import type { Reader } from '../../../src/master/reading/reader.js';
import { readings } from '../../../src/master/reading/tasks.js';
import { unpackRevision } from '../../../src/master/revisions/packed-revision.js';
import { createDeviceRenderer } from '../../../src/master/render/device-renderer.js';
import { ensurePrincipal } from '../../../src/master/store/access/principals.js';
import { replaceToken } from '../../../src/master/store/access/tokens.js';
import { decodeResponse, encodeCall, XmlRpcError } from '../../../src/xml-rpc/index.js';
import { readLogLine } from '../../../src/master/jobs/log-line.js';
import { definition, jobResult, smallLab, startCore, textLine } from '../../support/master/core.js';
import { expectThat, LawBroken, type Target } from '../target.js';

const admin = 'a'.repeat(40);
const reconciler = 'r'.repeat(40);
const json = 'content-type: application/json\n';
const asAdmin = `authorization: Token ${admin}\n`;

function rpc(method: string, ...parameters: Parameters<typeof encodeCall>[1]): string {
  const basic = Buffer.from(`admin:${admin}`).toString('base64');
  return `POST /RPC2\nauthorization: Basic ${basic}\ncontent-type: text/xml\n\n${encodeCall(method, parameters)}`;
}

const lists = [
  'devices',
  'devicetypes',
  'workers',
  'jobs',
  'aliases',
  'tags',
  'users',
  'groups',
  'permissions/devices',
  'permissions/devicetypes',
  'jobs/1/suites',
  'jobs/1/tests',
];

/** A request: its line, its headers, an empty line, its body. */
const seeds = [
  ...lists.map(
    (path) => `GET /api/v0.2/${path}/?limit=2&offset=1&ordering=-id&hostname__contains=a\n${asAdmin}\n`,
  ),
  ...[
    'devices/sim-1/',
    'devices/sim-1/dictionary/?render=true&context=%7B%22a%22%3A1%7D',
    'devicetypes/sim/template/',
    'workers/w1/env/',
    'jobs/1/',
    'jobs/1/logs/?start=0&end=2',
    'jobs/1/suites/1/',
    'system/whoami/',
    'jobs/?health=Complete&state=Running',
  ].map((path) => `GET /api/v0.2/${path}\n${asAdmin}\n`),
  `POST /api/v0.2/jobs/\n${asAdmin}${json}\n${JSON.stringify({ definition })}`,
  `POST /api/v0.2/jobs/validate/\n${json}\n${JSON.stringify({ definition, strict: true })}`,
  `POST /api/v0.2/jobs/validate/\ncontent-type: application/x-www-form-urlencoded\n\ndefinition=a%3A+b&strict=1`,
  `POST /api/v0.2/devices/sim-1/set_health/\n${asAdmin}${json}\n{"health": "Maintenance", "reason": "x"}`,
  `POST /api/v0.2/workers/w1/set_health/\n${asAdmin}${json}\n{"health": "Active"}`,
  `PATCH /api/v0.2/workers/w1/\n${asAdmin}${json}\n{"health": "Active"}`,
  `GET /api/v0.2/jobs/1/cancel/\n${asAdmin}\n`,
  `POST /api/v0.2/jobs/1/resubmit/\n${asAdmin}\n`,
  `POST /api/lavaflow/v1/revisions\nauthorization: Token ${reconciler}\n${json}\n${JSON.stringify({ repository: 'lab', revision: 'r', fingerprint: 'f', changes: [smallLab[0], { ...smallLab[3], verb: 'update' }] })}`,
  `GET /api/v0.2/system/version/\nhost: [::1]:80\nx-forwarded-for: 1.2.3.4, ::1\ncookie: a=b; c="d"\nif-modified-since: Mon, 30 Nov 2026 12:00:00 GMT\n\n`,
  rpc('system.listMethods'),
  rpc('system.multicall', [
    { methodName: 'scheduler.devices.list', params: [true] },
    { methodName: 'scheduler.jobs.show', params: ['1'] },
  ]),
  rpc('scheduler.jobs.submit', definition),
  rpc('scheduler.jobs.list', 'all', 'all', 0, 25),
  rpc('scheduler.jobs.logs', 1, 0),
  rpc('scheduler.devices.update', 'sim-1', null, null, null, true, 'GOOD', 'x'),
  rpc('scheduler.device_types.get_template', 'sim'),
  rpc('results.get_testjob_results_yaml', 1),
  rpc('system.methodHelp', 'scheduler.jobs.submit'),
];

export const http: Target = {
  name: 'http',
  reach: 'strangers, users: every request to the API of the master',
  seeds,
  tokens: [
    'GET ', 'POST ', 'PUT ', 'PATCH ', 'DELETE ', 'HEAD ', 'OPTIONS ', '/api/v0.2/', '/api/lavaflow/v1/', '/RPC2', '?', '&', '=', '%00', '%ff', '%', '%2e%2e', '__in=a,b', '__contains=', '__startswith=', 'ordering=',
    'limit=0', 'limit=999999999', 'offset=-1', 'offset=999999999', 'search=', 'format=json', 'render=', 'context=', 'start=', 'end=', asAdmin, `authorization: Token ${reconciler}\n`, 'authorization: Basic \n',
    'authorization: Basic OjpA\n', 'authorization: Bearer x\n', json, 'content-type: text/xml\n', 'content-type: application/x-www-form-urlencoded\n', 'content-type: multipart/form-data; boundary=x\n', 'host: a\n',
    'host: \u00e9\n', 'transfer-encoding: chunked\n', 'content-length: 5\n', 'expect: 100-continue\n', 'cookie: =;;\n', 'x-forwarded-for: x\n', 'x-forwarded-host: /\n', 'x-forwarded-proto: x\n', '{"definition":', '"strict":', '"health":', '"Good"',
    '"__proto__":', '"constructor":', '\\u0000', '\\ud800', 'null', '[]', '{}', '[[[[', '"changes":', '"verb":"delete"', '"kind":"device"', '"kind":"worker"', '"kind":"template"', '"kind":"group"', '"kind":"health-check"', '"fields":', '<value>',
    '</value>', '<int>', '<i8>9007199254740991</i8>', '<nil/>', '<array><data>', '<struct>', '<boolean>1</boolean>', '<double>1e300</double>', '<base64>AA==</base64>', ...lists,
  ], // prettier-ignore
  mostBytes: 32 * 1024,
  msPerKib: 60,
  open: async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lavaflow-fuzz-'));
    const databaseUrl = process.env['LAVAFLOW_FUZZ_DATABASE_URL'];
    const core = await startCore(
      databaseUrl === undefined ? { file: join(directory, 'master.sqlite') } : { databaseUrl },
    );
    const { context } = core;
    for (const [role, token] of [
      ['admin', admin],
      ['reconciler', reconciler],
    ] as const) {
      await context.store.write(async (tx) => {
        await replaceToken(tx, { hash: hashToken(token), role, username: role, createdAt: context.now() });
        await ensurePrincipal(tx, 'user', role);
      });
    }
    await core.apply(smallLab);
    const reported: string[] = [];
    const log = {
      info: () => undefined,
      warn: () => undefined,
      error: (fields: Readonly<Record<string, unknown>>, message: string) => {
        reported.push(`${message}: ${JSON.stringify(fields)}`);
      },
    };
    const most = { most: 1e9, perSecond: 1e9 };
    const server = createServer({
      ...{ ...context, log, reader: readAtOnce, budgets: { guest: most, user: most } },
      renderer: createDeviceRenderer(),
      version: '0',
      masterCertificate: 'public-key\n',
    });
    await server.inject({
      method: 'POST',
      url: '/api/v0.2/jobs/',
      headers: { authorization: `Token ${admin}` },
      payload: { definition },
    });
    await core.settled();
    await core.host.jobStarted('w1', 1);
    await core.host.appendLog('w1', 1, 0, [textLine('x'), jobResult('fail', 'Job')]);
    return {
      close: async () => {
        await server.close();
        await core.stop();
        rmSync(directory, { recursive: true });
      },
      check: async (input) => {
        const { method, url, headers, body } = requestOf(input.toString('utf8'));
        if (!/^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/.test(method) || !url.startsWith('/')) return;
        reported.length = 0;
        const response = await server.inject({ method: method as 'GET', url, headers, payload: body });
        await core.settled();
        if (response.statusCode >= 500 || reported.length > 0) {
          throw new LawBroken(`status ${response.statusCode}: ${reported.join('\n').slice(0, 500)}`);
        }
        const type = String(response.headers['content-type'] ?? '');
        if (type.startsWith('application/json') && method !== 'HEAD') JSON.parse(response.body);
        if (type.startsWith('text/xml') && method !== 'HEAD') expectResponse(response.body);
      },
    };
  },
};

function expectResponse(body: string): void {
  try {
    const result = decodeResponse(body);
    if (!result.ok) expectThat('no internal fault', result.fault.code !== -32603);
  } catch (error) {
    if (error instanceof XmlRpcError) throw new LawBroken(`a response that cannot be read: ${error.message}`);
    throw error;
  }
}

function requestOf(text: string): {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
} {
  const end = text.indexOf('\n\n');
  const [line = '', ...lines] = (end < 0 ? text : text.slice(0, end)).split('\n');
  const [method = '', ...rest] = line.split(' ');
  const url = encodeURI(rest.join(' ')).replaceAll('%25', '%');
  const headers = Object.fromEntries(
    lines.flatMap((header): [string, string][] => {
      const colon = header.indexOf(':');
      const [name, value] = [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()];
      // Node's own parser refuses others.
      return /^[a-z0-9-]+$/.test(name) && /^[\t -~\u0080-\u00ff]*$/.test(value) ? [[name, value]] : [];
    }),
  );
  return { method, url, headers, body: end < 0 ? '' : text.slice(end + 2) };
}

/** Reads every text at once, where the fuzzer can see what happens. */
const readAtOnce: Reader = {
  definition: (text, options, _client, checkOf = null) =>
    Promise.resolve(readings.definition.read({ text, options, checkOf })),
  call: (body) => {
    const result = readings.call.read(body);
    return result.ok
      ? Promise.resolve(result.call)
      : Promise.reject(new XmlRpcError(result.message, result.isSyntax));
  },
  mapping: (text) => Promise.resolve(readings.mapping.read(text)),
  async revision(body) {
    const packed = readings.revision.read(body);
    if (packed.ok) return await unpackRevision(packed);
    return packed.detail === null ? null : { ok: false, detail: packed.detail };
  },
  description: (bytes) => Promise.resolve(readings.description.read(bytes) ?? ''),
  logLines: (lines) => Promise.resolve(lines.map(readLogLine)),
  stop: () => Promise.resolve(),
};
