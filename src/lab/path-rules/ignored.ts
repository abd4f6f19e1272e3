import {
  fieldsOf,
  fitterOf,
  keyOf,
  type ConfigurationObject,
  type IgnoreRule,
  type Master,
  type ObjectKey,
} from '../../model/index.js';

/** The first rule that ignores a field of an object (null: the object itself). */
export type FindIgnoring = (key: ObjectKey, field: string | null) => IgnoreRule | undefined;

export function ignoringRules(rules: readonly IgnoreRule[]): FindIgnoring {
  const fitters = rules.map((rule) => ({ rule, fits: fitterOf(rule.path) }));
  return (key, field) => fitters.find(({ fits }) => fits(key, field))?.rule;
}

/** The object without its ignored fields; null if it is ignored as a whole. */
export function withoutIgnored(
  master: Pick<Master, 'ignore'>,
): (object: ConfigurationObject) => ConfigurationObject | null {
  if (master.ignore === undefined) return (object) => object;
  const isIgnored = ignoringRules(master.ignore);
  return (object) => {
    const key = keyOf(object);
    if (isIgnored(key, null) !== undefined) return null;
    const entries = Object.entries(fieldsOf(object));
    const kept = entries.filter(([field]) => isIgnored(key, field) === undefined);
    if (kept.length === entries.length) return object;
    // A template consists of its text only.
    if (kept.length === 0 && (object.kind === 'template' || object.kind === 'health-check')) return null;
    return { ...object, fields: Object.fromEntries(kept) } as ConfigurationObject;
  };
}
