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
import type { Session } from '../session.js';
import { readDeviceTypes } from './device-types.js';
import { type DeviceReading, readDevices } from './devices.js';
import { listWorkers } from './rows.js';
import { splitKey } from './split-key.js';
import { readTexts, type TextKind, type Texts } from './texts.js';

/** LAVA creates these workers itself: the first with its database, the second for its log daemon (up to 2020.08). */
const builtInWorkers: readonly ObjectKey[] = ['worker/example.com', 'worker/lava-logs'];

/**
 * Reads the whole configuration of a master: first its lists, then the files of all listed objects, many per request.
 * A list without read permission is an unreadable kind; a master that does not respond is an error.
 * @param interest names of templates and health checks to read besides those named like a device type
 * @param focus only the files of these objects are read and, if all of them are devices, only their rows of the list
 * of devices; default: everything
 * @throws ExternalError when the master cannot be read
 */
export async function observeMaster(
  session: Session,
  interest: ReadonlySet<ObjectKey>,
  signal?: AbortSignal,
  focus?: ReadonlySet<ObjectKey>,
): Promise<ObservedMaster> {
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
  const [types, workers, devices, early] = await Promise.all([
    readable('device-type', readDeviceTypes(session, null, signal)),
    readable('worker', listWorkers(session.rest, null, signal)),
    readable<DeviceReading>('device', readDevices(session, devicesIn(focus), signal)),
    readEarly(session, focus ?? interest, signal),
  ]);
  const typeNames = [...(types?.types.keys() ?? [])];
  const everything: Wanted = {
    template: new Set([
      ...typeNames.filter(() => session.capabilities.ownFileFlags),
      ...namesIn(interest, 'template'),
    ]),
    'health-check': new Set([...typeNames, ...namesIn(interest, 'health-check')]),
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
  for (const [name, fields] of types?.types ?? []) add('device-type', name, fields);
  for (const { name, fields } of workers ?? [])
    add('worker', name, { ...fields, ...texts.fields.get(`worker/${name}`) });
  for (const [name, fields] of devices?.devices ?? []) {
    add('device', name, { ...fields, ...texts.fields.get(`device/${name}`) });
  }
  for (const [key, fields] of texts.fields) {
    const [kind, name] = splitKey(key);
    if (kind !== 'template' && kind !== 'health-check') continue;
    // A template exists only as its file: without text there is no template.
    if (Object.values(fields).some((text) => text !== null && text !== '')) add(kind, name, fields);
  }
  return {
    software: session.capabilities.software,
    release: session.capabilities.release,
    ...(session.capabilities.remark === null ? {} : { remarks: [session.capabilities.remark] }),
    objects,
    unreadable,
    unsupported: unsupportedFields(session.capabilities),
    ...(session.capabilities.emptyDeletes ? {} : { undeletable: undeletableFields(session.capabilities) }),
    builtIn: new Set(builtInWorkers),
    ...syncedIn(devices),
    ...(session.capabilities.templatesNeedTypes ? { templatesNeedTypes: true } : {}),
  };
}

type Wanted = Readonly<Record<TextKind, ReadonlySet<string>>>;

/**
 * The dictionaries of the devices that are expected to exist, read at the same time as the lists. Only texts that the
 * master returned count: a missing dictionary, or that of a device that does not exist yet, is read again when its
 * device is listed.
 */
async function readEarly(
  session: Session,
  expected: ReadonlySet<ObjectKey>,
  signal: AbortSignal | undefined,
): Promise<Texts['fields']> {
  const { fields } = await readTexts(session, { device: namesIn(expected, 'device') }, signal);
  return new Map([...fields].filter(([, { dictionary }]) => typeof dictionary === 'string'));
}

function without(wanted: Wanted, early: Texts['fields']): Wanted {
  return { ...wanted, device: new Set([...wanted.device].filter((name) => !early.has(`device/${name}`))) };
}

/** The texts of all wanted objects; drops what was read early for a device that is not listed. */
function withEarly(early: Texts['fields'], texts: Texts, wanted: Wanted): Texts {
  const fields = new Map(texts.fields);
  for (const name of wanted.device) {
    const known = early.get(`device/${name}`);
    if (known !== undefined) fields.set(`device/${name}`, known);
  }
  return { fields, unreadable: texts.unreadable };
}

/** Names of the devices to list; null: all, because other kinds in focus may affect further devices. */
function devicesIn(focus: ReadonlySet<ObjectKey> | undefined): readonly string[] | null {
  if (focus === undefined) return null;
  const names = namesIn(focus, 'device');
  return names.length === focus.size ? names : null;
}

function onlyIn(wanted: Wanted, focus: ReadonlySet<ObjectKey>): Wanted {
  const only = (kind: TextKind) => new Set([...wanted[kind]].filter((name) => focus.has(`${kind}/${name}`)));
  return {
    template: only('template'),
    'health-check': only('health-check'),
    worker: only('worker'),
    device: only('device'),
  };
}

function syncedIn(devices: DeviceReading | null): Pick<ObservedMaster, 'synced'> {
  if (devices === null || devices.synced.length === 0) return {};
  return { synced: new Set(devices.synced.map((name): ObjectKey => `device/${name}`)) };
}

function namesIn(keys: ReadonlySet<ObjectKey>, kind: ObjectKind): string[] {
  return [...keys].map(splitKey).flatMap(([of, name]) => (of === kind ? [name] : []));
}
