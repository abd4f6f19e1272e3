import { ExternalError } from '../../diagnostics/index.js';
import type { ConfigurationObject, ObjectKey, ObservedMaster } from '../../model/index.js';
import { readTemplateFacts, shippedTemplates } from '../../templates/index.js';
import type { MasterTarget } from '../ports.js';

/** A master with all its templates and health checks, which LAVA does not list. */
export interface WholeMaster {
  readonly observed: ObservedMaster;
  /** Templates that LAVA reports as the master's own. */
  readonly certain: ReadonlySet<ObjectKey>;
}

/** Longer chains of templates, or more template names, are malicious. */
const limits = { rounds: 20, names: 20_000 };

/**
 * Reads a complete master: what it lists, with the templates and health checks of its device types, and at the same time
 * templates with the names that LAVA ships; then those that dictionaries and templates refer to, directly or indirectly.
 * @throws ExternalError when the master, or one of its lists, cannot be read
 */
export async function observeWhole(target: MasterTarget, signal?: AbortSignal): Promise<WholeMaster> {
  const shipped = new Set([...shippedTemplates].map((name): ObjectKey => `template/${name}`));
  const [observed, early] = await Promise.all([
    target.observe(new Set(), signal),
    target.readFiles?.(shipped, new Set(), signal),
  ]);
  expectAllLists(observed, target);
  const types = new Set(
    [...observed.objects.values()].flatMap(({ kind, name }) => (kind === 'device-type' ? [name] : [])),
  );
  const certain = new Set([...observed.objects.keys()].filter((key) => key.startsWith('template/')));
  const objects = new Map(observed.objects);
  const unreadable = [...observed.unreadable];
  const asked = new Set<ObjectKey>(objects.keys());
  let names = firstNames(observed, early === undefined ? shipped : new Set());

  /** @returns the names that the objects refer to */
  function take(wanted: ReadonlySet<ObjectKey>, more: Files): Set<ObjectKey> {
    for (const key of wanted) asked.add(key);
    const found = [...more.objects].filter(([key]) => wanted.has(key));
    for (const [key, object] of found) objects.set(key, object);
    unreadable.push(
      ...more.unreadable.filter(({ kind, name }) => name !== undefined && wanted.has(`${kind}/${name}`)),
    );
    return new Set(found.flatMap(([, object]) => namesIn(object)));
  }

  if (early !== undefined) {
    // For the name of a device type, the master reports whether the template is its own.
    const wanted = new Set([...shipped].filter((key) => !asked.has(key) && !types.has(nameOf(key))));
    names = new Set([...names, ...take(wanted, early)]);
  }
  for (let round = 0; ; round++) {
    const wanted = new Set([...names].filter((key) => !asked.has(key)));
    if (wanted.size === 0) break;
    if (round >= limits.rounds || asked.size + wanted.size > objects.size + limits.names)
      throw endless(target);
    const more =
      target.readFiles === undefined
        ? await target.observe(wanted, signal, wanted)
        : await target.readFiles(wanted, types, signal);
    names = take(wanted, more);
  }
  return { observed: { ...observed, objects, unreadable }, certain };
}

type Files = Pick<ObservedMaster, 'objects' | 'unreadable'>;

/** @throws ExternalError */
function expectAllLists({ unreadable }: ObservedMaster, target: MasterTarget): void {
  for (const { kind, name, field, reason } of unreadable) {
    // Only a superuser may read groups. What names them can be imported without them.
    if (name !== undefined || field !== undefined || kind === 'group') continue;
    throw new ExternalError({
      what: `import the ${kind}s`,
      where: target.url,
      why: reason,
      retry: 'after-change',
      hint: 'Use the token of a superuser.',
    });
  }
}

function nameOf(key: ObjectKey): string {
  return key.slice(key.indexOf('/') + 1);
}

function firstNames(observed: ObservedMaster, shipped: ReadonlySet<ObjectKey>): Set<ObjectKey> {
  const names = new Set(shipped);
  for (const object of observed.objects.values()) {
    if (object.kind === 'device-type') names.add(`template/${object.name}`);
    for (const name of namesIn(object)) names.add(name);
  }
  return names;
}

/** The templates that a dictionary or template refers to. A health check is named after the template that it extends. */
function namesIn(object: ConfigurationObject): ObjectKey[] {
  const text =
    object.kind === 'device'
      ? object.fields.dictionary
      : object.kind === 'template'
        ? object.fields.text
        : null;
  if (text === undefined || text === null) return [];
  return readTemplateFacts(text).references.flatMap(({ kind, name }): ObjectKey[] => {
    if (name?.endsWith('.jinja2') !== true || name.length > 200) return [];
    const base = name.slice(0, -'.jinja2'.length);
    const isExtended = object.kind === 'device' && kind === 'extends';
    return isExtended ? [`template/${base}`, `health-check/${base}`] : [`template/${base}`];
  });
}

function endless(target: MasterTarget): ExternalError {
  return new ExternalError({
    what: 'import the templates',
    where: target.url,
    why: 'they refer to each other endlessly',
    retry: 'after-change',
  });
}
