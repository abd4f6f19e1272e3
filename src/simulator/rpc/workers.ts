import { workerHealths } from '../../model/index.js';
import { parseYaml } from '../../pyyaml/index.js';
import type { Master } from '../master.js';
import type { Release } from '../release.js';
import { Crash, Refusal } from '../refusal.js';
import { devicesOf } from '../state/devices.js';
import { type FileKind, isOwnFile, readText, writeText } from '../state/files.js';
import type { WorkerRow } from '../state/rows.js';
import { deleteWorker, newWorker, setWorkerHealth } from '../state/workers.js';
import {
  bytes,
  checkFileName,
  fileTextAt,
  lengthOf,
  nameAt,
  optionalTextAt,
  type Parameters,
  type RpcMethod,
  type RpcMethods,
  textAt,
} from './method.js';

const about = (parameters: Parameters): string => `worker/${nameAt(parameters, 0)}`;

export const workerMethods: RpcMethods = {
  'scheduler.workers.add': {
    parameters: ['hostname', 'description=None', 'disabled=False'],
    access: 'superusers',
    writes: about,
    call(master, parameters) {
      const hostname = textAt(parameters, 0);
      if (master.state.workers.has(hostname))
        throw new Refusal(400, `the worker '${hostname}' already exists`);
      if (lengthOf(hostname) > 200) throw new Crash('the name is too long');
      if (master.release.forbidsSlashes && hostname.includes('/'))
        throw new Refusal(400, 'a name cannot contain a slash');
      const row = newWorker(hostname);
      row.description = optionalTextAt(parameters, 1);
      if (parameters[2] === true) row.health = 'Retired';
      master.state.workers.set(hostname, row);
      return null;
    },
  },
  'scheduler.workers.update': {
    parameters: ['hostname', 'description=None', 'health=None', 'job_limit=None'],
    access: 'superusers',
    writes: about,
    call(master, parameters) {
      const row = find(master, textAt(parameters, 0));
      const description = optionalTextAt(parameters, 1);
      const word = optionalTextAt(parameters, 2);
      const health = workerHealths.find((one) => one.toUpperCase() === word);
      if (word !== null && health === undefined) throw new Refusal(400, `there is no health '${word}'`);
      const limit = parameters[3] ?? null;
      if (limit !== null && (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 0)) {
        if (master.release.updatesOwner) throw new Refusal(400, 'invalid job limit');
        // LAVA's own error message has a bug.
        throw new Crash('invalid job limit');
      }
      if (description !== null) row.description = description;
      if (health !== undefined) setWorkerHealth(master, row, health);
      if (typeof limit === 'number') row.jobLimit = limit;
      return null;
    },
  },
  'scheduler.workers.delete': {
    parameters: ['hostname'],
    isThere: (release) => release.deletesByRpc,
    access: 'superusers',
    writes: about,
    call(master, parameters) {
      deleteWorker(master, find(master, textAt(parameters, 0)).hostname);
      return null;
    },
  },
  'scheduler.workers.list': {
    parameters: ['show_all=False'],
    access: 'anyone',
    call(master, parameters) {
      const { hasPermsByRpc } = master.release;
      if (!hasPermsByRpc && parameters.length > 0) throw new Crash('the wrong number of parameters');
      return [...master.state.workers.values()]
        .filter((row) => !hasPermsByRpc || parameters[0] === true || row.health !== 'Retired')
        .map((row) => row.hostname)
        .sort();
    },
  },
  'scheduler.workers.show': {
    parameters: ['hostname'],
    access: 'anyone',
    call(master, parameters, caller) {
      const row = find(master, textAt(parameters, 0));
      const flags = master.release.hasFileFlags
        ? {
            default_config: !isOwnFile(master, 'dispatcher', row.hostname),
            default_env: !isOwnFile(master, 'env', row.hostname),
            default_env_dut: !isOwnFile(master, 'env-dut', row.hostname),
          }
        : {};
      return {
        hostname: row.hostname,
        description: row.description,
        state: row.state,
        health: row.health,
        devices: devicesOf(master, 'worker', row.hostname)
          .map(({ hostname }) => hostname)
          .sort(),
        last_ping: new Date(row.lastPing),
        job_limit: row.jobLimit,
        version: row.version,
        ...flags,
        ...(caller?.isSuperuser === true && !master.release.isZmq ? { token: row.token } : {}),
      };
    },
  },
  ...fileMethods('config', 'dispatcher'),
  ...fileMethods('env', 'env'),
  ...fileMethods('env_dut', 'env-dut', (release) => release.hasEnvDut),
  ...fileMethods('certificate', 'certificate', (release) => release.hasCertificates),
};

function fileMethods(name: string, kind: FileKind, isThere?: (release: Release) => boolean): RpcMethods {
  const condition = isThere === undefined ? {} : { isThere };
  const get: RpcMethod = {
    parameters: ['hostname'],
    ...condition,
    access: kind === 'certificate' ? 'superusers' : 'anyone',
    call(master, parameters) {
      const hostname = textAt(parameters, 0);
      checkFileName(hostname, 'worker');
      find(master, hostname);
      const text = readText(master, kind, hostname);
      if (text === null) throw new Refusal(404, `the worker '${hostname}' has no ${kind} file`);
      return bytes(text);
    },
  };
  const set: RpcMethod = {
    parameters: ['hostname', 'text'],
    ...condition,
    access: 'superusers',
    writes: about,
    call(master, parameters) {
      const hostname = textAt(parameters, 0);
      checkFileName(hostname, 'worker');
      find(master, hostname);
      const text = fileTextAt(parameters, 1);
      if (master.release.checksYaml && kind !== 'certificate') checkYaml(text);
      writeText(master, kind, hostname, text);
      return true;
    },
  };
  return { [`scheduler.workers.get_${name}`]: get, [`scheduler.workers.set_${name}`]: set };
}

function checkYaml(text: string): void {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw new Refusal(400, 'not valid YAML');
}

function find(master: Master, hostname: string): WorkerRow {
  const row = master.state.workers.get(hostname);
  if (row === undefined) throw new Refusal(404, `there is no worker '${hostname}'`);
  return row;
}
