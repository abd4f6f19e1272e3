/** Templates and health checks: objects that consist of their file only. */
import {
  type ConfigurationObject,
  keyOf,
  type ObjectKey,
  type ObjectKind,
  type ObservedMaster,
} from '../../model/index.js';
import { normalise } from '../normalise.js';
import type { Session } from '../session.js';
import { splitKey } from './split-key.js';
import { readTexts, type Texts } from './texts.js';

/**
 * Reads these templates and health checks.
 * @param types only for templates with these names, LAVA reports whether they are its own
 * @throws ExternalError when the master does not respond
 */
export async function readFiles(
  session: Session,
  keys: ReadonlySet<ObjectKey>,
  types: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<Pick<ObservedMaster, 'objects' | 'unreadable'>> {
  const names = { template: namesIn(keys, 'template'), 'health-check': namesIn(keys, 'health-check') };
  const texts = await readTexts(session, names, signal, types);
  return { objects: new Map(objectsOfFiles(texts)), unreadable: texts.unreadable };
}

/** Without text there is no template and no health check. */
export function objectsOfFiles({ fields }: Pick<Texts, 'fields'>): [ObjectKey, ConfigurationObject][] {
  return [...fields].flatMap(([key, texts]): [ObjectKey, ConfigurationObject][] => {
    const [kind, name] = splitKey(key);
    if (kind !== 'template' && kind !== 'health-check') return [];
    if (!Object.values(texts).some((text) => text !== null && text !== '')) return [];
    const object = normalise({ kind, name, fields: texts as object } as ConfigurationObject);
    return [[keyOf(object), object]];
  });
}

export function namesIn(keys: ReadonlySet<ObjectKey>, kind: ObjectKind): string[] {
  return [...keys].map(splitKey).flatMap(([of, name]) => (of === kind ? [name] : []));
}
