/** Reads the whole configuration of a LAVA master. What cannot be read is reported and never treated as absent. */
import { ExternalError } from '../../diagnostics/index.js';
import {
  type ConfigurationObject,
  keyOf,
  type ObjectKey,
  type ObjectKind,
  type ObservedMaster,
  type Unreadable,
} from '../../model/index.js';
import { undeletableFields, unsupportedFields } from '../capabilities.js';
import { normalise } from '../normalise.js';
import { gather } from '../gather.js';
import type { Rpc } from '../rpc.js';
import type { Connection, KnownMaster, Session } from '../session.js';
import { type DeviceTypeReading, readDeviceTypes } from './device-types.js';
import { type DeviceReading, readDevices } from './devices.js';
import { readAccounts } from './names.js';
import { type GroupReading, readGroups } from './groups.js';
import { listWorkers, type WorkerRow } from './rows.js';
import { splitKey } from './split-key.js';
import { namesIn, objectsOfFiles } from './files.js';
import { readTexts, type TextKind, type Texts } from './texts.js';

/**
 * LAVA creates these itself: a worker with its database, one for its log daemon (up to 2020.08), and a group of the user
 * that health checks run as.
 */
const builtIn: readonly ObjectKey[] = ['worker/example.com', 'worker/lava-logs', 'group/lava-health'];

/**
 * Reads the whole configuration of a master: after its lists, the files of all listed objects, many per request.
 * A list without read permission is an unreadable kind; a master that does not respond is an error.
 * @param read what `readLists` returned
 * @param interest names of templates and health checks to read besides those named like a device type; if it names
 * groups, they are read on releases that hardly show them (before 2023.03) too
 * @param focus only the files of these objects are read and, if all of them are devices, only their rows of the list
 * of devices; default: everything
 * @throws ExternalError when the master cannot be read
 */
export async function observeMaster(
  read: Lists,
  interest: ReadonlySet<ObjectKey>,
  signal?: AbortSignal,
  focus?: ReadonlySet<ObjectKey>,
): Promise<ObservedMaster> {
  const { session, types, workers, devices, ...lists } = read;
  const early = knownOf(lists.early, (name) => types?.types.has(name) !== false);
  // What was expected when reading began need not name a group.
  const isNamed = namesIn(interest, 'group').length > 0;
  const groups = lists.groups ?? (isNamed ? await readGroups(session, null, signal) : null);
  const unreadable = [...lists.unreadable, ...(groups?.unreadable ?? [])];
  const everything: Wanted = {
    ...filesOfTypes(session, types?.types.keys() ?? [], interest),
    worker: new Set(workers?.map(({ name }) => name)),
    device: new Set(devices?.devices.keys()),
  };
  const wanted = focus === undefined ? everything : onlyIn(everything, focus);
  const texts = withEarly(early, await readTexts(session, without(wanted, early), signal), wanted);
  unreadable.push(...(types?.unreadable ?? []), ...(devices?.unreadable ?? []), ...texts.unreadable);

  const objects = new Map<ObjectKey, ConfigurationObject>();
  const add = (kind: ObjectKind, name: string, fields: object): void => {
    const object = normalise({ kind, name, fields } as ConfigurationObject);
    objects.set(keyOf(object), object);
  };
  for (const [name, fields] of groups?.groups ?? []) add('group', name, fields);
  for (const [name, fields] of types?.types ?? []) add('device-type', name, fields);
  for (const { name, fields } of workers ?? [])
    add('worker', name, { ...fields, ...texts.fields.get(`worker/${name}`) });
  for (const [name, fields] of devices?.devices ?? []) {
    add('device', name, { ...fields, ...texts.fields.get(`device/${name}`) });
  }
  for (const [key, object] of objectsOfFiles(texts)) objects.set(key, object);
  return {
    software: session.capabilities.software,
    release: session.capabilities.release,
    ...(session.capabilities.remark === null ? {} : { remarks: [session.capabilities.remark] }),
    objects,
    unreadable,
    unsupported: unsupportedFields(session.capabilities),
    ...(session.capabilities.emptyDeletes ? {} : { undeletable: undeletableFields(session.capabilities) }),
    ...(groups?.users == null ? {} : { users: groups.users }),
    builtIn: new Set(builtIn),
    ...(workers === null ? {} : { offlineWorkers: offlineIn(workers) }),
    ...syncedIn(devices),
    ...(session.capabilities.templatesNeedTypes ? { templatesNeedTypes: true } : {}),
  };
}

/** A worker that has never connected, and so has not reported its version, is not down, and one that is in maintenance or retired may be off. */
function offlineIn(workers: readonly WorkerRow[]): Set<string> {
  const offline = workers.filter(
    ({ state, version, fields }) => state === 'Offline' && version !== null && fields.health === 'Active',
  );
  return new Set(offline.map(({ name }) => name).filter((name) => !builtIn.includes(`worker/${name}`)));
}

/** The lists of a master, and the files that were read at the same time. */
export interface Lists {
  readonly session: Session;
  /** null: there is no permission to read them, and `unreadable` reports it. */
  readonly types: DeviceTypeReading | null;
  readonly workers: readonly WorkerRow[] | null;
  readonly devices: DeviceReading | null;
  /** null: not read yet, because this release shows groups only on a page that takes time. */
  readonly groups: GroupReading | null;
  readonly early: Texts;
  readonly unreadable: readonly Unreadable[];
}

/**
 * Reads the lists and, at the same time, the release of the master and the files of the objects that are expected in the
 * lists.
 * @param expected changes only the time that reading takes
 * @param focus as `observeMaster`
 * @param known what the master reported the last time; changes only the time that reading takes
 * @throws ExternalError
 */
export async function readLists(
  connection: Connection,
  expected: ReadonlySet<ObjectKey>,
  caller?: AbortSignal,
  focus?: ReadonlySet<ObjectKey>,
  known: KnownMaster | null = null,
): Promise<Lists> {
  const stop = new AbortController();
  const signal = caller === undefined ? stop.signal : AbortSignal.any([caller, stop.signal]);
  const { rest } = connection;
  const names = { expected, files: focus ?? expected, groups: known?.groups ?? [] };
  const unreadable: Unreadable[] = [];
  const readable = async <T>(kind: ObjectKind, reading: Promise<T>): Promise<T | null> => {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof ExternalError) || error.retry === 'soon') throw error;
      unreadable.push({ kind, reason: error.message });
      return null;
    }
  };
  // First: this request takes a while, and the others need more time to prepare.
  const readingDevices = readDevices(
    rest,
    async () => readAccounts(await opening, signal),
    devicesIn(focus),
    signal,
  );
  const assumed = known === null ? null : readAssumed(connection.assume(known), known, names, signal);
  const opening: Promise<Session> =
    assumed === null
      ? connection.open(signal)
      : assumed.then((early) => early?.session ?? connection.open(signal));
  const lists = Promise.all([
    readable<DeviceReading>('device', readingDevices),
    readable('device-type', readDeviceTypes(rest, null, signal)),
    readable('worker', listWorkers(rest, null, signal)),
    opening.then(async (session) => (await assumed) ?? (await readByRpc(session, null, names, signal))),
  ]);
  lists.catch(() => undefined);
  try {
    // First, because a failure to read a list may mean that this is not a LAVA.
    const session = await opening;
    const [devices, types, workers, { groups, early }] = await lists;
    return { session, types, workers, devices, groups, early, unreadable };
  } catch (error) {
    stop.abort(error);
    throw error;
  }
}

/** What is read by name, at the same time as the lists. */
interface Names {
  readonly expected: ReadonlySet<ObjectKey>;
  /** The objects whose files are read. */
  readonly files: ReadonlySet<ObjectKey>;
  readonly groups: readonly string[];
}

interface ByName extends Pick<Lists, 'groups' | 'early'> {
  readonly session: Session;
}

/**
 * Reads by name as if the master were as known, and asks for its release in the same request. So neither the release nor
 * the user has to be requested first.
 * @returns null if the master is not as known: `open` reports what it is
 * @throws ExternalError when it does not respond
 */
async function readAssumed(
  session: Session,
  { release }: KnownMaster,
  names: Names,
  signal: AbortSignal,
): Promise<ByName | null> {
  try {
    return await readByRpc(session, release, names, signal);
  } catch (error) {
    const isChanged =
      error instanceof ExternalError ? error.retry !== 'soon' : error instanceof ChangedMaster;
    if (isChanged) return null;
    throw error;
  }
}

/** The master has another release than was known. */
class ChangedMaster extends Error {}

/**
 * @param release throws ChangedMaster if the master reports another one; null: do not ask
 * @throws ExternalError
 */
async function readByRpc(
  session: Session,
  release: string | null,
  names: Names,
  signal: AbortSignal,
): Promise<ByName> {
  const gathering = gather(session.rpc);
  const { rpc } = gathering;
  const later = { ...session, rpc };
  const reading = Promise.all([
    release === null ? null : expectRelease(rpc, release, signal),
    readGroupsEarly(later, names, signal),
    readEarly(later, names.files, signal),
  ]);
  gathering.send('read files from the master', signal);
  const [, groups, early] = await reading;
  return { session, groups, early };
}

/** @throws ChangedMaster */
async function expectRelease(rpc: Rpc, release: string, signal: AbortSignal): Promise<void> {
  const call = { method: 'system.version', params: [] };
  const [[version] = []] = await rpc.batch('get the version', [[call]], { repeatable: true, signal });
  if (version?.ok !== true || version.value !== release) throw new ChangedMaster();
}

/** Reads groups where that is fast, or where one of them is expected; otherwise they can follow. */
async function readGroupsEarly(
  session: Session,
  { expected, groups }: Names,
  signal: AbortSignal | undefined,
): Promise<GroupReading | null> {
  const named = namesIn(expected, 'group');
  const isRead = session.capabilities.groups || named.length > 0;
  return isRead ? readGroups(session, null, signal, [...new Set([...named, ...groups])]) : null;
}

/** Templates and health checks, which LAVA cannot list: those named like a device type, and those of interest. */
function filesOfTypes(
  { capabilities }: Session,
  types: Iterable<string>,
  interest: ReadonlySet<ObjectKey>,
): Pick<Wanted, 'template' | 'health-check'> {
  const names = [...types];
  return {
    template: new Set([...(capabilities.ownFileFlags ? names : []), ...namesIn(interest, 'template')]),
    'health-check': new Set([...names, ...namesIn(interest, 'health-check')]),
  };
}

type Wanted = Readonly<Record<TextKind, ReadonlySet<string>>>;

/** The files of the objects that are expected to exist, read at the same time as the lists. */
async function readEarly(
  session: Session,
  expected: ReadonlySet<ObjectKey>,
  signal: AbortSignal | undefined,
): Promise<Texts> {
  const names = {
    ...filesOfTypes(session, namesIn(expected, 'device-type'), expected),
    worker: namesIn(new Set([...builtIn, ...expected]), 'worker'),
    device: namesIn(expected, 'device'),
  };
  return readTexts(session, names, signal);
}

/**
 * What was read early and counts: texts that the master returned, and a missing file if its object existed by then. The
 * files of an object that did not exist yet are read again when it is listed.
 * @param isType whether a device type may have been listed
 */
function knownOf({ fields, shown, unreadable }: Texts, isType: (name: string) => boolean): Texts['fields'] {
  const failed = new Set(unreadable.map(({ kind, name }) => `${kind}/${name ?? ''}`));
  const mayBeMissing = (key: ObjectKey): boolean => {
    const [kind, name] = splitKey(key);
    if (kind === 'device' || kind === 'worker') return shown.has(key);
    // A template or health check is only a file, whose device type was requested together with the template.
    return !isType(name) || shown.has(`template/${name}`);
  };
  return new Map(
    [...fields].filter(
      ([key, texts]) =>
        !failed.has(key) && (mayBeMissing(key) || Object.values(texts).every((text) => text !== null)),
    ),
  );
}

function without(wanted: Wanted, early: Texts['fields']): Wanted {
  return perKind((kind) => new Set([...wanted[kind]].filter((name) => !early.has(`${kind}/${name}`))));
}

/** The texts of all wanted objects; drops what was read early for an object that is not listed. */
function withEarly(
  early: Texts['fields'],
  { fields: late, unreadable }: Texts,
  wanted: Wanted,
): Pick<Texts, 'fields' | 'unreadable'> {
  const isWanted = ([key]: [ObjectKey, unknown]): boolean => {
    const [kind, name] = splitKey(key);
    return kind !== 'device-type' && kind !== 'group' && wanted[kind].has(name);
  };
  return { fields: new Map([...[...early].filter(isWanted), ...late]), unreadable };
}

function perKind(namesOf: (kind: TextKind) => ReadonlySet<string>): Wanted {
  return {
    template: namesOf('template'),
    'health-check': namesOf('health-check'),
    worker: namesOf('worker'),
    device: namesOf('device'),
  };
}

/** Names of the devices to list; null: all, because other kinds in focus may affect further devices. */
function devicesIn(focus: ReadonlySet<ObjectKey> | undefined): readonly string[] | null {
  if (focus === undefined) return null;
  const names = namesIn(focus, 'device');
  return names.length === focus.size ? names : null;
}

function onlyIn(wanted: Wanted, focus: ReadonlySet<ObjectKey>): Wanted {
  return perKind((kind) => new Set([...wanted[kind]].filter((name) => focus.has(`${kind}/${name}`))));
}

function syncedIn(devices: DeviceReading | null): Pick<ObservedMaster, 'synced'> {
  if (devices === null || devices.synced.length === 0) return {};
  return { synced: new Set(devices.synced.map((name): ObjectKey => `device/${name}`)) };
}
