import { stringify } from 'yaml';
import type { ObjectKey } from '../../model/index.js';
import { fitsSchema } from '../yaml/check-schema.js';
import type { SchemaName } from '../schema/index.js';
import type { FileMap } from '../snapshot.js';
import { Leaving } from './left-out.js';

/**
 * What a file of the lab was written for: objects, and the field that is its text (null: everything that is not text).
 */
export interface Origin {
  readonly keys: readonly ObjectKey[];
  readonly field: string | null;
}

/** The files of a lab that is being written, and the purpose of each. */
export class Draft {
  readonly texts = new Map<string, string>();
  readonly origins = new Map<string, Origin>();
  /** Left out of this draft only. The next draft, which leaves out more, may contain it. */
  readonly unwritten = new Leaving();

  add(path: string, text: string, origin?: Origin): void {
    this.texts.set(path, text);
    if (origin !== undefined) this.origins.set(path, origin);
  }

  get files(): FileMap {
    return filesOf(this.texts);
  }
}

/** Sorted, in the order in which a lab is read. */
export function filesOf(texts: Iterable<readonly [string, string]>): FileMap {
  const encoder = new TextEncoder();
  const sorted = [...texts].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([path, text]) => [path, { type: 'file', content: encoder.encode(text) }]));
}

/** A YAML file of lavaflow's own format: its kind, and the entries that are not undefined. */
export function yamlText(value: Readonly<Record<string, unknown>>, comment?: string): string {
  const entries = Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined));
  const text = stringify(entries, { lineWidth: 0, singleQuote: true });
  return comment === undefined ? text : `# ${comment}\n${text}`;
}

/** Leaves out entries that such a file cannot contain. `required` is what every file of the schema needs. */
export function fittingEntries(
  schema: SchemaName,
  required: Readonly<Record<string, unknown>>,
  entries: Readonly<Record<string, unknown>>,
  key: ObjectKey,
  leaving: Leaving,
): Record<string, unknown> {
  const fitting: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(entries)) {
    if (value === undefined || leaving.has(key, field)) continue;
    const fits = (one: unknown): boolean => fitsSchema(schema, { ...required, [field]: one });
    if (fits(value)) {
      fitting[field] = value;
      continue;
    }
    // Only the names of tags and aliases. Other values may be long or secret.
    const entries = (Array.isArray(value) ? value : []).filter(
      (one): one is string => typeof one === 'string' && !fits([one]),
    );
    const more = entries.length === 0 ? {} : { entries };
    leaving.add(key, field, 'the lab format does not accept its value', more);
  }
  return fitting;
}
