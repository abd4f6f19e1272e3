import type { Change, ObjectKey, ObjectOf, ObservedMaster } from '../../model/index.js';
import { readTemplateFacts, shippedTemplates, templateNameOf } from '../../templates/index.js';

/** What LAVA reads when it starts a job on a device, by kind of object. */
const readByJobs: Readonly<Record<string, readonly string[]>> = {
  template: ['text'],
  worker: ['env', 'envDut', 'dispatcherConfig'],
  device: ['dictionary', 'deviceType', 'worker', 'tags'],
};

/** The part of a plan that affects a job on one device: changes of the device, its worker and its templates. */
export interface Related {
  readonly changes: readonly Change[];
  /** How many of their files and fields a job reads: with two or more, it could see a new one and an old one. */
  readonly pieces: number;
}

/** Prepares the result for each device; devices that use the same templates share the work. */
export function relatedChanges(
  writes: readonly Change[],
  observed: ObservedMaster,
): (device: ObjectOf<'device'>) => Related {
  const byKey = new Map(writes.map((change) => [change.key, change]));
  const templates = writes.filter(({ object }) => object.kind === 'template');
  const usedBy = templateUse(byKey, observed);

  return (device) => {
    const own = byKey.get(`device/${device.name}`);
    const after = own?.object.kind === 'device' ? own.object.fields : {};
    const workers = new Set([device.fields.worker, after.worker]);
    const isUsed = usedBy([device.fields.dictionary, after.dictionary].filter(isText));
    const changes = [
      ...templates.filter(({ object }) => isUsed(object.name)),
      ...[...workers].flatMap((name) => byKey.get(`worker/${name ?? ''}`) ?? []),
      ...(own === undefined ? [] : [own]),
    ];
    return { changes, pieces: changes.reduce((sum, change) => sum + piecesOf(change), 0) };
  };
}

function piecesOf({ verb, object, fields }: Change): number {
  if (verb === 'delete') return 1;
  const read = readByJobs[object.kind] ?? [];
  return fields.filter(({ field }) => read.includes(field)).length;
}

type IsUsed = (template: string) => boolean;

/**
 * Which templates are used by texts, before or after the writes, directly or indirectly. Templates that the master does
 * not show cannot be followed: a template that LAVA ships uses only templates that LAVA ships, any other may use any.
 */
function templateUse(
  writes: ReadonlyMap<ObjectKey, Change>,
  observed: ObservedMaster,
): (texts: readonly string[]) => IsUsed {
  const known = new Map<string, IsUsed>();

  function follow(names: readonly string[]): IsUsed {
    const used = new Set<string>();
    let usesShipped = false;
    const queue = [...names];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (used.has(name)) continue;
      used.add(name);
      const { texts, isSeen } = textsOf(`template/${name}`);
      for (const text of texts) {
        const more = templatesIn(text);
        if (more.isOpen) return () => true;
        queue.push(...more.names);
      }
      if (isSeen) continue;
      if (!shippedTemplates.has(name)) return () => true;
      usesShipped = true;
    }
    return (name) => used.has(name) || (usesShipped && shippedTemplates.has(name));
  }

  /** The texts before and after; not seen if LAVA has, or had, its own template of this name. */
  function textsOf(key: ObjectKey): { texts: string[]; isSeen: boolean } {
    const there = observed.objects.get(key);
    const change = writes.get(key);
    const before = there?.kind === 'template' ? there.fields.text : null;
    const after = change?.object.kind === 'template' ? change.object.fields.text : null;
    return {
      texts: [before, after].filter(isText),
      isSeen: before !== null && change?.verb !== 'delete',
    };
  }

  return (texts) => {
    const references = texts.map(templatesIn);
    if (references.some(({ isOpen }) => isOpen)) return () => true;
    const names = references.flatMap((one) => one.names);
    const key = names.join('\n');
    const isUsed = known.get(key) ?? follow(names);
    known.set(key, isUsed);
    return isUsed;
  };
}

/** Names of the templates that a text uses; `open` if some are known only when it is rendered. */
export function templatesIn(text: string): { names: string[]; isOpen: boolean } {
  const { references } = readTemplateFacts(text);
  return {
    names: references.flatMap(({ name }) => (name === null ? [] : [templateNameOf(name)])),
    isOpen: references.some(({ name }) => name === null),
  };
}

function isText(value: string | null | undefined): value is string {
  return typeof value === 'string';
}
