import {
  fieldsOf,
  keyOf,
  objectKinds,
  type Change,
  type ChangeOutcome,
  type ConfigurationObject,
  type FieldValue,
  type ObjectKey,
  type ObjectKind,
  type ObservedMaster,
  type Suspension,
} from '../../../src/model/index.js';
import type { AppliedRecord } from '../../../src/model/index.js';
import type { ApplyIntent, Board, MasterTarget, RecordStore } from '../../../src/reconcile/index.js';

/** The initial values of a new row, before anything else is written. */
const defaults: Readonly<Record<ObjectKind, Readonly<Record<string, FieldValue>>>> = {
  group: { members: [], permissions: [] },
  template: { text: null },
  'health-check': { job: null },
  'device-type': {
    description: null,
    display: true,
    aliases: [],
    healthCheckFrequency: { every: 24, unit: 'hours' },
    healthChecksDisabled: false,
  },
  worker: {
    description: null,
    health: 'Active',
    jobLimit: 0,
    env: null,
    envDut: null,
    dispatcherConfig: null,
    certificate: null,
  },
  device: {
    deviceType: '',
    worker: null,
    description: null,
    health: 'Unknown',
    tags: [],
    dictionary: null,
  },
};

export interface ModelMaster extends MasterTarget {
  readonly rows: Map<ObjectKey, ConfigurationObject>;
  /** Called before each single write (a row created, a field set, a row deleted), with its number from 1. */
  onWrite: (number: number, key: ObjectKey) => void | Promise<void>;
  view: Partial<
    Pick<ObservedMaster, 'software' | 'release' | 'unreadable' | 'unsupported' | 'builtIn' | 'synced'>
  >;
  writes: number;
  /** Keys that `observe` omits. */
  readonly hidden: Set<ObjectKey>;
  /** The state of devices; those that are not listed are idle. */
  readonly states: Map<string, string>;
  /**
   * Determines the result of LAVA's health check on a device. The check starts when a device that is Unknown is
   * observed, and has ended by the next observation.
   */
  healthCheck: (device: string) => 'Good' | 'Bad' | 'never ends';
  /** ID of the health check that ended last, by device. */
  readonly checked: Map<string, number>;
}

/**
 * A master in memory that is written field by field, like a stock LAVA, so that an apply can be interrupted anywhere.
 */
export function modelMaster(objects: Iterable<ConfigurationObject> = []): ModelMaster {
  const master: ModelMaster = {
    url: 'https://lava.example.com',
    rows: new Map(),
    writes: 0,
    hidden: new Set(),
    states: new Map(),
    healthCheck: () => 'Good',
    checked: new Map(),
    boards: () => Promise.resolve(look(master)),
    view: {},
    onWrite: () => undefined,
    normalise: (object) => object,
    observe: () =>
      Promise.resolve({
        software: 'lava',
        release: '2023.01',
        unreadable: [],
        unsupported: new Set<string>(),
        builtIn: new Set<ObjectKey>(),
        ...master.view,
        objects: new Map([...master.rows].filter(([key]) => !master.hidden.has(key))),
      }),
    findThere: (keys) => Promise.resolve(new Set([...keys].filter((key) => master.rows.has(key)))),
    async apply(changes, _revision, onOutcome) {
      for (const change of changes) await onOutcome(await perform(master, change));
    },
  };
  for (const object of objects) master.rows.set(keyOf(object), complete(object));
  return master;
}

function look(master: ModelMaster): ReadonlyMap<string, Board> {
  const boards = new Map<string, Board>();
  for (const [key, object] of master.rows) {
    if (object.kind !== 'device') continue;
    const { name, fields } = object;
    const last = master.checked.get(name);
    const state = master.states.get(name) ?? 'Idle';
    boards.set(name, {
      health: fields.health ?? null,
      state,
      lastHealthCheck: last === undefined ? null : String(last),
    });
    if (fields.health !== 'Unknown' || state !== 'Idle') continue;
    const verdict = master.healthCheck(name);
    if (verdict === 'never ends') continue;
    setField(master, key, 'health', verdict);
    master.checked.set(name, (last ?? 0) + 1);
  }
  return boards;
}

export function complete(object: ConfigurationObject): ConfigurationObject {
  return { ...object, fields: { ...defaults[object.kind], ...fieldsOf(object) } } as ConfigurationObject;
}

export function setField(master: ModelMaster, key: ObjectKey, field: string, value: FieldValue): void {
  const row = master.rows.get(key);
  if (row === undefined) throw new Error(`no ${key}`);
  master.rows.set(key, { ...row, fields: { ...row.fields, [field]: value } } as ConfigurationObject);
}

async function perform(master: ModelMaster, change: Change): Promise<ChangeOutcome> {
  const { key, verb, object, fields } = change;
  const count = async () => {
    master.writes += 1;
    await master.onWrite(master.writes, key);
  };
  try {
    if (verb === 'create') {
      if (master.rows.has(key) && object.kind !== 'template' && object.kind !== 'health-check') {
        return { key, verb, status: 'failed', reason: 'it already exists' };
      }
      await count();
      master.rows.set(
        key,
        complete({ kind: object.kind, name: object.name, fields: {} } as ConfigurationObject),
      );
    }
    if (verb === 'delete') {
      await count();
      remove(master, key);
      return { key, verb, status: 'done' };
    }
    if (!master.rows.has(key)) return { key, verb, status: 'failed', reason: 'it does not exist' };
    for (const { field, after } of fields) {
      await count();
      setField(master, key, field, after ?? null);
      if (verb === 'retire' && object.kind === 'worker') cascade(master, object.name);
    }
    return { key, verb, status: 'done' };
  } catch (error) {
    if (error instanceof Refused) return { key, verb, status: 'failed', reason: error.message };
    throw error;
  }
}

/** Thrown by `onWrite`: the master rejects this one write. */
export class Refused extends Error {}

function remove(master: ModelMaster, key: ObjectKey): void {
  const row = master.rows.get(key);
  master.rows.delete(key);
  if (row === undefined) return;
  for (const [other, object] of master.rows) {
    if (object.kind !== 'device') continue;
    if (row.kind === 'worker' && object.fields.worker === row.name) setField(master, other, 'worker', null);
    if (row.kind === 'device-type' && object.fields.deviceType === row.name) master.rows.delete(other);
  }
}

/** LAVA retires a worker's devices together with the worker. */
function cascade(master: ModelMaster, worker: string): void {
  for (const [key, object] of master.rows) {
    if (object.kind === 'device' && object.fields.worker === worker)
      setField(master, key, 'health', 'Retired');
  }
}

export interface MemoryRecords extends RecordStore {
  record: AppliedRecord | null;
  intent: ApplyIntent | null;
  suspension: Suspension | null;
  /** Called before each durable write. */
  onWrite: () => void;
  /** How often the lock was acquired. */
  locks: number;
}

/** Records of one master in memory. */
export function memoryRecords(): MemoryRecords {
  const store: MemoryRecords = {
    record: null,
    intent: null,
    suspension: null,
    onWrite: () => undefined,
    locks: 0,
    masters: () => Promise.resolve(store.record === null ? [] : [store.record.master]),
    read: () => Promise.resolve(store.record),
    readIntent: () => Promise.resolve(store.intent),
    write(record) {
      store.onWrite();
      store.record = record;
      return Promise.resolve();
    },
    writeIntent(_master, intent) {
      store.onWrite();
      store.intent = intent;
      return Promise.resolve();
    },
    readSuspension: () => Promise.resolve(store.suspension),
    writeSuspension(_master, suspension) {
      store.onWrite();
      store.suspension = suspension;
      return Promise.resolve();
    },
    withLock: async (_master, _waitMs, task) => {
      store.locks += 1;
      return await task(new AbortController().signal, () => undefined);
    },
  };
  return store;
}

/** The rows as plain values, sorted, for assertions. */
export function rowsOf(master: ModelMaster): unknown[] {
  return [...master.rows.values()].sort(
    (a, b) => objectKinds.indexOf(a.kind) - objectKinds.indexOf(b.kind) || (a.name < b.name ? -1 : 1),
  );
}
