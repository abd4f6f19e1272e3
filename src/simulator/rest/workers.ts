import { workerHealths } from '../../model/index.js';
import type { Master } from '../master.js';
import { Crash, invalid, notFound, Refusal } from '../refusal.js';
import { type FileKind, readText as readFileText, writeText } from '../state/files.js';
import type { WorkerRow } from '../state/rows.js';
import { deleteWorker, newWorker, setWorkerHealth } from '../state/workers.js';
import { checkSlashes, readCount, readFilledText, readText, readWord } from './fields.js';
import { listPage } from './list.js';
import { empty, fieldsOf, file, json, requireSuperuser, type RestRequest } from './request.js';
import { type Action, namesInAddresses, type Resource } from './resource.js';

export const workers: Resource = {
  kind: 'worker',
  names: namesInAddresses(/^[-\w.]+$/),
  read: 'anyone',
  list: (master, request) =>
    listPage(master, request, {
      items: [...master.state.workers.values()],
      show: (row) => show(master, request, row),
      fields: {
        hostname: (row) => row.hostname,
        description: (row) => row.description,
        state: (row) => row.state,
        health: (row) => row.health,
        job_limit: (row) => row.jobLimit,
        version: (row) => row.version,
        last_ping: (row) => row.lastPing,
      },
      words: { health: workerHealths, state: ['Online', 'Offline'] },
    }),
  show: (master, request, name) => json(200, show(master, request, find(master, name))),
  create(master, request) {
    requireSuperuser(request.caller);
    const body = fieldsOf(request);
    // LAVA does not require it, and the database rejects the row.
    if (body['hostname'] === undefined) throw new Crash('a worker without a name');
    const hostname = readFilledText(body, 'hostname', 200);
    checkSlashes(master.release, 'hostname', hostname);
    if (master.state.workers.has(hostname))
      throw invalid('hostname', 'worker with this hostname already exists.');
    const row = newWorker(hostname);
    fill(row, body);
    if (body['health'] !== undefined) row.health = readWord(body, 'health', workerHealths);
    master.state.workers.set(hostname, row);
    return json(201, show(master, request, row));
  },
  update(master, request, name) {
    requireSuperuser(request.caller);
    const row = find(master, name);
    const body = fieldsOf(request);
    const changed = { ...row };
    fill(changed, body);
    const hostname = body['hostname'] === undefined ? name : readFilledText(body, 'hostname', 200);
    const health = body['health'] === undefined ? null : readWord(body, 'health', workerHealths);
    if (health !== null) setWorkerHealth(master, changed, health);
    // The name is the key of the row: another name creates a second worker, and the first stays unchanged, or LAVA
    // looks for a row to change and finds none.
    if (hostname !== name && master.release.savesChangedFields) throw new Crash('no row to change');
    if (hostname !== name) changed.hostname = hostname;
    master.state.workers.set(hostname, changed);
    return json(200, show(master, request, changed));
  },
  remove(master, request, name) {
    requireSuperuser(request.caller);
    deleteWorker(master, find(master, name).hostname);
    return empty(204);
  },
  actions: {
    env: fileAction('env', 'env'),
    config: fileAction('dispatcher', 'config'),
    certificate: { ...fileAction('certificate', 'key'), isThere: (release) => release.hasCertificates },
    set_health: {
      isThere: (release) => release.setsWorkerHealth,
      post(master, request, name) {
        requireSuperuser(request.caller);
        const row = find(master, name);
        const word = fieldsOf(request)['health'];
        const health = workerHealths.find(
          (one) => typeof word === 'string' && one.toLowerCase() === word.toLowerCase(),
        );
        if (health === undefined) return json(400, { message: 'There is no such health' });
        setWorkerHealth(master, row, health);
        return json(202, { message: 'OK' });
      },
    },
  },
};

/** The text that is read may be the file for all workers. The text that is written is trimmed. */
function fileAction(kind: FileKind, field: string): Action {
  return {
    get(master, _, name) {
      const text = readFileText(master, kind, find(master, name).hostname);
      if (text === null) throw new Refusal(400, `There is no ${kind} file for '${name}'`);
      return file('application/yaml', text);
    },
    post(master, request, name) {
      requireSuperuser(request.caller);
      const row = find(master, name);
      writeText(master, kind, row.hostname, readFilledText(fieldsOf(request), field));
      return json(200, { message: 'stored' });
    },
  };
}

function find(master: Master, name: string): WorkerRow {
  const row = master.state.workers.get(name);
  if (row === undefined) throw notFound();
  return row;
}

function show(master: Master, { caller }: RestRequest, row: WorkerRow): Record<string, unknown> {
  const { isZmq, notifiesVersions } = master.release;
  return {
    hostname: row.hostname,
    state: row.state,
    health: row.health,
    description: row.description,
    last_ping: row.lastPing,
    job_limit: row.jobLimit,
    version: row.version,
    ...(notifiesVersions ? { master_version_notified: null } : {}),
    ...(!isZmq && caller?.isSuperuser === true ? { token: row.token } : {}),
  };
}

function fill(row: WorkerRow, body: Readonly<Record<string, unknown>>): void {
  const has = (field: string): boolean => body[field] !== undefined;
  if (has('description'))
    row.description = readText(body, 'description', { isNullable: true, maxLength: 200 });
  if (has('job_limit')) row.jobLimit = readCount(body, 'job_limit', false) ?? 0;
  if (has('version')) row.version = readText(body, 'version', { isNullable: true, maxLength: 50 });
  if (has('token')) row.token = readFilledText(body, 'token', 32);
}
