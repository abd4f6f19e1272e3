import {
  type ConfigurationObject,
  type GroupPermission,
  type FieldValue,
  fieldsOf,
  type ObjectKind,
} from '../model/index.js';

type Rule = (value: FieldValue) => FieldValue;

/**
 * LAVA reads its files in Python's text mode, which converts CRLF and CR to LF; an empty file counts as missing.
 * Everything else, including a missing final newline, is preserved.
 */
const fileText: Rule = (value) =>
  typeof value === 'string' ? emptyToNull(value.replace(/\r\n?/g, '\n')) : value;

/** A text column of the database. All readers treat an empty string and null alike. */
const rowText: Rule = (value) => (typeof value === 'string' ? emptyToNull(value) : value);

/**
 * Nobody decided on a description that LAVA wrote itself: `manage sync` for devices (2020.06 and later), lava-master for
 * workers (before 2020.09). It counts as none.
 */
const description: Rule = (value) =>
  typeof value === 'string' && /^Created (?:automatically by LAVA\.|by lava-master \(.*\))$/.test(value)
    ? null
    : rowText(value);

/** A text that only REST can write, which trims it. */
const trimmedText: Rule = (value) => (typeof value === 'string' ? emptyToNull(strip(value)) : value);

const nameList: Rule = (value) =>
  Array.isArray(value) ? [...new Set(value as readonly string[])].sort() : value;

const permissionList: Rule = (value) => {
  if (!Array.isArray(value)) return value;
  const permissions = value as unknown as readonly GroupPermission[];
  const byText = new Map(
    permissions.map(({ group, permission }) => [`${group}\n${permission}`, { group, permission }]),
  );
  return [...byText.keys()].sort().flatMap((key) => byText.get(key) ?? []);
};

const rules: Readonly<Record<ObjectKind, Readonly<Record<string, Rule>>>> = {
  group: { members: nameList, permissions: nameList },
  template: { text: fileText },
  'health-check': { job: fileText },
  'device-type': {
    description: rowText,
    aliases: nameList,
    cores: nameList,
    permissions: permissionList,
    architecture: trimmedText,
    processor: trimmedText,
    cpuModel: trimmedText,
  },
  worker: {
    description,
    env: fileText,
    envDut: fileText,
    dispatcherConfig: fileText,
    certificate: fileText,
  },
  device: {
    description,
    version: trimmedText,
    tags: nameList,
    permissions: permissionList,
    dictionary: fileText,
  },
};

/** The object as a master stores and returns it, so that equal configurations compare equal. Idempotent. */
export function normalise(object: ConfigurationObject): ConfigurationObject {
  const rulesOfKind = rules[object.kind];
  const fields: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(fieldsOf(object))) {
    if (value !== undefined) fields[name] = normaliseField(rulesOfKind, name, value);
  }
  return { kind: object.kind, name: object.name, fields } as ConfigurationObject;
}

function normaliseField(
  rulesOfKind: Readonly<Record<string, Rule>>,
  name: string,
  value: FieldValue,
): FieldValue {
  const rule = Object.hasOwn(rulesOfKind, name) ? rulesOfKind[name] : undefined;
  return rule === undefined ? value : rule(value);
}

/** Python's white space, which differs slightly from JavaScript's. */
function isSpace(character: string): boolean {
  return (/\s/.test(character) && character !== '\ufeff') || '\x1c\x1d\x1e\x1f\x85'.includes(character);
}

/** Like Python's `str.strip`; a regular expression would need quadratic time for a string of blanks. */
function strip(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isSpace(text.charAt(start))) start++;
  while (end > start && isSpace(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function emptyToNull(text: string): string | null {
  return text === '' ? null : text;
}
