import type { ConfigurationObject, ObjectKey, ObjectKind } from '../../model/index.js';
import { normalise } from '../normalise.js';
import type { Session } from '../session.js';
import { readDeviceTypes } from './device-types.js';
import { readDevices } from './devices.js';
import { readAccounts } from './names.js';
import { readGroups } from './groups.js';
import { listWorkers } from './rows.js';
import { splitKey } from './split-key.js';
import { readTexts, type Texts } from './texts.js';

/** Fields that are files of the master; the others are columns of its database. */
const fileFields = new Set(['text', 'job', 'env', 'envDut', 'dispatcherConfig', 'certificate', 'dictionary']);

/** Whether one of these fields is a file of the master. */
export function hasFile(fields: readonly string[]): boolean {
  return fields.some((field) => fileFields.has(field));
}

/**
 * Reads the written fields of objects again. Objects that do not exist are not in the result.
 * @param known the files that were read in the request that wrote them
 */
export async function readBack(
  session: Session,
  written: readonly { readonly key: ObjectKey; readonly fields: readonly string[] }[],
  known: Texts['fields'],
  signal?: AbortSignal,
): Promise<ReadonlyMap<ObjectKey, ConfigurationObject>> {
  const rowsOf = (kind: ObjectKind): string[] =>
    written
      .filter(
        ({ key, fields }) => splitKey(key)[0] === kind && fields.some((field) => !fileFields.has(field)),
      )
      .map(({ key }) => splitKey(key)[1]);
  const textsOf = (kind: ObjectKind): string[] =>
    written
      .filter(({ key, fields }) => splitKey(key)[0] === kind && hasFile(fields) && !known.has(key))
      .map(({ key }) => splitKey(key)[1]);
  const whenAny = async <T>(
    names: readonly string[],
    read: (names: readonly string[]) => Promise<T>,
  ): Promise<T | null> => (names.length === 0 ? null : read(names));
  const [groups, types, workers, devices, texts] = await Promise.all([
    whenAny(rowsOf('group'), (names) => readGroups(session, names, signal)),
    whenAny(rowsOf('device-type'), (names) => readDeviceTypes(session.rest, names, signal)),
    whenAny(rowsOf('worker'), (names) => listWorkers(session.rest, names, signal)),
    whenAny(rowsOf('device'), (names) =>
      readDevices(session.rest, () => readAccounts(session, signal), names, signal),
    ),
    readTexts(
      session,
      {
        template: textsOf('template'),
        'health-check': textsOf('health-check'),
        worker: textsOf('worker'),
        device: textsOf('device'),
      },
      signal,
    ),
  ]);
  const rowOf = (kind: ObjectKind, name: string): object | undefined => {
    if (kind === 'group') return groups?.groups.get(name);
    if (kind === 'device-type') return types?.types.get(name);
    if (kind === 'worker') return workers?.find((worker) => worker.name === name)?.fields;
    return devices?.devices.get(name);
  };
  const found = new Map<ObjectKey, ConfigurationObject>();
  for (const { key } of written) {
    const [kind, name] = splitKey(key);
    const row = rowOf(kind, name);
    const text = known.get(key) ?? texts.fields.get(key);
    if (row === undefined && text === undefined) continue;
    found.set(key, normalise({ kind, name, fields: { ...row, ...text } } as ConfigurationObject));
  }
  return found;
}
