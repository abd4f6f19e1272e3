import type { Place } from '../../diagnostics/index.js';
import {
  fieldsOf,
  fitterOf,
  isWhole,
  keyOf,
  objectKinds,
  type ConfigurationObject,
  type IgnoreRule,
  type Master,
  type ObjectKey,
  type ObjectKind,
} from '../../model/index.js';
import { objectsOf } from '../desired.js';
import type { LabParts } from '../lab-parts.js';
import { fieldNames } from './field-names.js';
import { ignoringRules } from './ignored.js';
import { didYouMean } from '../names.js';
import { placeOfField } from './place-of-field.js';
import { Report } from '../report.js';
import { readYaml, shorten, type YamlTree } from '../yaml/yaml-tree.js';

/**
 * Checks rules with a path (drift modes and ignored fields). A rule that matches nothing is a warning. A field that the
 * lab specifies and a rule ignores is an error.
 */
export function reportPathRules(
  masters: ReadonlyMap<string, Master>,
  labTree: YamlTree | null,
  parts: LabParts,
  report: Report,
): void {
  const ruled = [...masters.values()].filter(
    ({ modes, ignore }) => modes !== undefined || ignore !== undefined,
  );
  if (labTree !== null) reportHazards(labTree, report);
  if (ruled.length === 0) return;
  const objects = new Map(
    [...masters.values()].map((master) => [
      master.name,
      [...objectsOf(master, parts)].map(({ object }) => object),
    ]),
  );
  reportUnused(labTree, objects, parts, report);
  reportSaid(ruled, objects, parts, report);
}

/** A misspelled rule would protect nothing. Whether an object matches does not matter: it may be added later. */
function reportHazards(yaml: YamlTree, report: Report): void {
  for (const [index, path] of pathsIn(yaml, ['policy', 'hazards']).entries()) {
    const [, , field = ''] = path.split('/');
    const kinds = kindsIn(path);
    const fits = fitterOf(`*/*/${field}`);
    const isField = kinds.some((kind) => fieldNames[kind].some((name) => fits(`${kind}/x`, name)));
    if (isField || (kinds.includes('device') && field.startsWith('configuration.'))) continue;
    const place = yaml.placeOf(['policy', 'hazards', index, 'path']);
    const message = `no object has the field of "${shorten(path)}"`;
    report.warn('path-rule-unused', place, message, hintFor(path));
  }
}

type Objects = ReadonlyMap<string, readonly ConfigurationObject[]>;

function reportUnused(labTree: YamlTree | null, objects: Objects, parts: LabParts, report: Report): void {
  const all = [...objects.values()].flat();
  if (labTree !== null) reportUnusedIn(labTree, ['policy'], all, report);
  for (const [name, known] of objects) {
    const file = parts.tree.masters.get(name);
    if (file === undefined || file.text === null) continue;
    const yaml = readYaml(file.path, file.text, 'own', new Report());
    if (yaml !== null) reportUnusedIn(yaml, [], known, report);
  }
}

function reportUnusedIn(
  yaml: YamlTree,
  at: readonly string[],
  objects: readonly ConfigurationObject[],
  report: Report,
): void {
  const keys = [...new Set(objects.map(keyOf))];
  for (const list of ['modes', 'ignore']) {
    for (const [index, path] of pathsIn(yaml, [...at, list]).entries()) {
      // A rule may ignore whole objects that the lab does not have: they are then not reported as unmanaged.
      const isOfOthers = list === 'ignore' && isWhole(path) && kindsIn(path).length > 0;
      if (isOfOthers || isUsed(path, keys)) continue;
      const place = yaml.placeOf([...at, list, index, 'path']);
      report.warn('path-rule-unused', place, `nothing in this lab matches "${shorten(path)}"`, hintFor(path));
    }
  }
}

function pathsIn(yaml: YamlTree, at: readonly string[]): string[] {
  let value: unknown = yaml.value;
  for (const key of at) value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  return ((value ?? []) as { readonly path: string }[]).map(({ path }) => path);
}

function isUsed(path: string, keys: readonly ObjectKey[]): boolean {
  const fits = fitterOf(path);
  return keys.some((key) =>
    fieldNames[key.slice(0, key.indexOf('/')) as ObjectKind].some((field) => fits(key, field)),
  );
}

function kindsIn(path: string): ObjectKind[] {
  const [kind = ''] = path.split('/');
  const fits = fitterOf(`${kind}/*/*`);
  return objectKinds.filter((one) => fits(`${one}/x`, null));
}

function hintFor(path: string): string | undefined {
  const [kind = '', , field = ''] = path.split('/');
  const kinds = kindsIn(path);
  if (kinds.length === 0) return didYouMean(kind, objectKinds);
  const fields = kinds.flatMap((one) => fieldNames[one]);
  const isField = fields.some((one) => fitterOf(`*/*/${field}`)('device/x', one));
  return isField ? undefined : didYouMean(field, fields);
}

/** An object that several masters get is an error only if all of them ignore it. */
function reportSaid(ruled: readonly Master[], objects: Objects, parts: LabParts, report: Report): void {
  const holders = new Map<string, number>();
  for (const object of [...objects.values()].flat()) {
    for (const field of Object.keys(fieldsOf(object))) {
      const id = `${keyOf(object)} ${field}`;
      holders.set(id, (holders.get(id) ?? 0) + 1);
    }
  }
  const said = new Map<string, { object: ConfigurationObject; field: string; rules: IgnoreRule[] }>();
  for (const { name, ignore } of ruled) {
    if (ignore === undefined) continue;
    const find = ignoringRules(ignore);
    for (const object of objects.get(name) ?? []) {
      const key = keyOf(object);
      for (const [field, value] of Object.entries(fieldsOf(object))) {
        const rule = value === undefined ? undefined : find(key, field);
        if (rule === undefined) continue;
        const entry = said.get(`${key} ${field}`) ?? { object, field, rules: [] };
        entry.rules.push(rule);
        said.set(`${key} ${field}`, entry);
      }
    }
  }
  for (const { object, field, rules } of said.values()) {
    const [rule] = rules;
    if (rule === undefined || rules.length < (holders.get(`${keyOf(object)} ${field}`) ?? 0)) continue;
    const place: Place = placeOfField(object, field, parts);
    if (report.isFull(place.file)) continue;
    report.error(
      'ignored-but-said',
      place,
      `the lab specifies ${keyOf(object)} ${field}, but also ignores it (${shorten(rule.path)})`,
      'Remove it here, or remove the rule.',
    );
  }
}
