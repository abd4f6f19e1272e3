import { ExternalError } from '../../diagnostics/index.js';
import { createMasterTarget } from '../../lava/index.js';
import type { ObservedMaster, Unreadable } from '../../model/index.js';
import type { Access } from '../masters/index.js';

/** What is known about a master that is to be copied. */
export interface SeenMaster {
  readonly observed: ObservedMaster;
  /** The packaged templates that its dictionaries and templates are built on, by name. */
  readonly templates: ReadonlyMap<string, string>;
}

/**
 * Reads a master for a copy. Writes nothing to it.
 * @throws ExternalError when it cannot be read
 */
export async function seeMaster(access: Access): Promise<SeenMaster> {
  const target = createMasterTarget(access);
  const observed = await target.observe(new Set());
  const texts = [...observed.objects.values()].flatMap((object) => {
    if (object.kind === 'device') return object.fields.dictionary ?? [];
    return object.kind === 'template' ? (object.fields.text ?? []) : [];
  });
  const templates = new Map<string, string>();
  const asked = new Set<string>();
  for (let names = templatesIn(texts); names.size > 0;) {
    for (const name of names) asked.add(name);
    const found = (await target.readTemplates?.(names)) ?? new Map<string, string | null>();
    const more = [...found].flatMap(([name, text]) => (text === null ? [] : [[name, text] as const]));
    for (const [name, text] of more) if (!observed.objects.has(`template/${name}`)) templates.set(name, text);
    names = new Set([...templatesIn(more.map(([, text]) => text))].filter((name) => !asked.has(name)));
  }
  return { observed, templates };
}

/** What a copy will lack, one sentence each. */
export function describeUnread({ observed }: SeenMaster): string[] {
  return observed.unreadable.map(({ kind, name, field, reason }: Unreadable) => {
    const what =
      name === undefined ? `every ${kind}` : `${kind}/${name}${field === undefined ? '' : `: ${field}`}`;
    return `not copied: ${what} (${reason})`;
  });
}

/**
 * Rejects a copy that lacks a whole kind of objects, because it would be misleading.
 * @throws ExternalError
 */
export function requireWhole({ observed }: SeenMaster, url: string): void {
  const missing = observed.unreadable.find(({ name }) => name === undefined);
  if (missing === undefined) return;
  throw new ExternalError({
    what: `copy the master`,
    where: url,
    why: `every ${missing.kind} is unreadable: ${missing.reason}`,
    retry: 'after-change',
  });
}

/** Names of the templates that texts extend, include or import. */
function templatesIn(texts: readonly string[]): Set<string> {
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/["']([^"'\s]+)\.jinja2["']/g)].map(([, name]) => name ?? '')),
  );
}
