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
} from '../../../src/model/index.js';
import type { AppliedRecord } from '../../../src/model/index.js';
import type { ApplyIntent, Board, MasterTarget, RecordStore } from '../../../src/reconcile/index.js';

/** What a row holds when it is made, before anything else is written. */
const defaults: Readonly<Record<ObjectKind, Readonly<Record<string, FieldValue>>>> = {
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
  /** Called before each single write (a row made, a field set, a row removed), with its number from 1. */
  onWrite: (number: number, key: ObjectKey) => void | Promise<void>;
  view: Partial<
    Pick<ObservedMaster, 'software' | 'release' | 'unreadable' | 'unsupported' | 'builtIn' | 'synced'>
  >;
  writes: number;
  /** What `observe` leaves out. */
  readonly hidden: Set<ObjectKey>;
  /** What devices do; those that are not in it are idle. */
  readonly states: Map<string, string>;
  /**
   * Judges a device that LAVA's health check runs on; it runs when somebody looks at a device that is Unknown, and is
   * over by the next look.
   */
  healthCheck: (device: string) => 'Good' | 'Bad' | 'never ends';
  /** Number of the health check that ended last, by device. */
  readonly checked: Map<string, number>;
}

/** A master in memory: field by field as a stock LAVA takes it, so that an apply can be cut off anywhere. */
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
    if (!master.rows.has(key)) return { key, verb, status: 'failed', reason: 'it is not there' };
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

/** Thrown by `onWrite`: the master refuses this one write. */
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

/** LAVA retires a worker's devices with it. */
function cascade(master: ModelMaster, worker: string): void {
  for (const [key, object] of master.rows) {
    if (object.kind === 'device' && object.fields.worker === worker)
      setField(master, key, 'health', 'Retired');
  }
}

export interface MemoryRecords extends RecordStore {
  record: AppliedRecord | null;
  intent: ApplyIntent | null;
  /** Called before each durable write. */
  onWrite: () => void;
  /** How often the lock was taken. */
  locks: number;
}

/** Records of one master in memory. */
export function memoryRecords(): MemoryRecords {
  const store: MemoryRecords = {
    record: null,
    intent: null,
    onWrite: () => undefined,
    locks: 0,
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
    withLock: async (_master, _waitMs, task) => {
      store.locks += 1;
      return await task(new AbortController().signal, () => undefined);
    },
  };
  return store;
}

/** For reading: the rows as plain values, sorted. */
export function rowsOf(master: ModelMaster): unknown[] {
  return [...master.rows.values()].sort(
    (a, b) => objectKinds.indexOf(a.kind) - objectKinds.indexOf(b.kind) || (a.name < b.name ? -1 : 1),
  );
}
