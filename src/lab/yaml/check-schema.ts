import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FromSchema } from 'json-schema-to-ts';
import { nearest } from '../../diagnostics/index.js';
import { didYouMean } from '../names.js';
import type { Report } from '../report.js';
import { schemas, type SchemaName } from '../schema/index.js';
import { readYaml, shorten, type PlainValue, type YamlTree } from './yaml-tree.js';

/** The content of a file of this schema after it has been checked. */
export type Checked<N extends SchemaName> = FromSchema<(typeof schemas)[N]>;

export interface CheckedFile<N extends SchemaName> {
  readonly value: Checked<N>;
  readonly tree: YamlTree;
}

/** The other schemas describe LAVA's files. */
const ownKinds: ReadonlySet<SchemaName> = new Set([
  'lab',
  'master',
  'site',
  'group',
  'worker',
  'device-type',
  'device',
]);

/** Maximum number of findings per file. More would not help. */
const maximumFindings = 20;

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  allowUnionTypes: true,
  strict: true,
  strictRequired: false,
  // A bind mount has two or three entries.
  strictTuples: false,
  // These options halve the time for compiling the schemas. test/unit/lab/schemas.test.ts checks the schemas.
  meta: false,
  validateSchema: false,
  code: { optimize: false },
});
const validators = new Map<SchemaName, ValidateFunction>();

/** Reads a YAML file and checks it against a schema. Returns null if it has errors, which are then reported. */
export function readChecked<N extends SchemaName>(
  name: N,
  file: { readonly path: string; readonly text: string | null },
  report: Report,
): CheckedFile<N> | null {
  if (file.text === null) return null;
  const tree = readYaml(file.path, file.text, ownKinds.has(name) ? 'own' : 'lava', report);
  if (tree === null) {
    if (!report.hasErrors(file.path)) reportEmpty(name, file.path, report);
    return null;
  }
  const validate = validatorOf(name);
  if (validate(tree.value)) return { value: tree.value as unknown as Checked<N>, tree };
  const errors = withoutMisspelt((validate.errors ?? []).filter((error) => !isBranch(error)));
  for (const error of errors.slice(0, maximumFindings)) reportError(name, error, tree, report);
  return null;
}

/** Whether a value is valid for such a file. */
export function fitsSchema(name: SchemaName, value: unknown): boolean {
  return validatorOf(name)(value);
}

function reportEmpty(name: SchemaName, path: string, report: Report): void {
  report.error('yaml-not-a-mapping', { file: path }, 'the file is empty', `See schemas/${name}.schema.json.`);
}

function validatorOf(name: SchemaName): ValidateFunction {
  const known = validators.get(name);
  if (known !== undefined) return known;
  const validate = ajv.compile(schemas[name]);
  validators.set(name, validate);
  return validate;
}

/** The errors of the individual branches of a oneOf only repeat that none, or more than one, of them matches. */
function isBranch(error: ErrorObject): boolean {
  return error.schemaPath.includes('/oneOf/');
}

/** A misspelled key is one mistake, although one key is unknown and another one is missing. */
function withoutMisspelt(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const meant = new Set(
    errors.flatMap(({ keyword, instancePath, params, parentSchema }) => {
      if (keyword !== 'additionalProperties') return [];
      const { additionalProperty } = params as { readonly additionalProperty: string };
      const known = Object.keys((parentSchema as Schema).properties ?? {});
      return [`${instancePath} ${nearest(additionalProperty, known) ?? ''}`];
    }),
  );
  return errors.filter(({ keyword, instancePath, params }) => {
    const { missingProperty } = params as { readonly missingProperty?: string };
    return keyword !== 'required' || !meant.has(`${instancePath} ${missingProperty ?? ''}`);
  });
}

interface Schema {
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly oneOf?: readonly { readonly required: readonly string[] }[];
}

/** The place of an error, and the value there. */
interface Fault {
  readonly name: SchemaName;
  readonly path: readonly string[];
  /** The name of the place in messages. */
  readonly field: string;
  readonly value: PlainValue;
  readonly schema: Schema;
  readonly params: Readonly<Record<string, unknown>>;
  readonly tree: YamlTree;
  readonly report: Report;
}

function reportError(name: SchemaName, error: ErrorObject, tree: YamlTree, report: Report): void {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const schema = (error.parentSchema ?? {}) as Schema;
  const field = path.length === 0 ? 'the file' : `"${shorten(path.join('.'))}"`;
  const params = error.params as Readonly<Record<string, unknown>>;
  const say = Object.hasOwn(sayings, error.keyword) ? sayings[error.keyword] : undefined;
  if (say !== undefined)
    say({ name, path, field, value: error.data as PlainValue, schema, params, tree, report });
  else {
    const message = `${field} ${error.message ?? 'is wrong'}`;
    report.error('yaml-wrong-value', tree.placeOf(path), message, schema.description);
  }
}

/** What to do about an unknown key that is not misspelled. */
const unknownKeys: Readonly<Partial<Record<SchemaName, string>>> = {
  'worker-environment': 'Write variables and their values below `overrides:`.',
};

/** By the JSON Schema keyword that is violated. */
const sayings: Readonly<Record<string, (fault: Fault) => void>> = {
  additionalProperties({ name, path, params, schema, tree, report }) {
    const key = String(params['additionalProperty']);
    const known = Object.keys(schema.properties ?? {});
    const near = nearest(key, known);
    const listed = didYouMean(key, known) ?? 'Remove it: nothing reads it.';
    const advice = path.length === 0 ? unknownKeys[name] : undefined;
    const hint = near === undefined ? (advice ?? listed) : `Did you mean "${near}"?`;
    report.error('yaml-unknown-key', tree.placeOf(path, key), `unknown key "${shorten(key)}"`, hint);
  },
  required({ path, field, params, schema, tree, report }) {
    const key = String(params['missingProperty']);
    const message = `${field} has no key "${key}", which is required`;
    report.error('yaml-missing-key', tree.placeOf(path), message, describe(schema, key));
  },
  oneOf({ path, field, schema, tree, report }) {
    const choices = (schema.oneOf ?? []).map((choice) => choice.required.join(' with '));
    const message = `${field} requires exactly one of: ${choices.join(', ')}`;
    report.error('yaml-choose-one', tree.placeOf(path), message);
  },
  type({ path, field, value, schema, params, tree, report }) {
    const wanted = [params['type']].flat().join(' or ');
    if (path.length === 0) {
      const isGlued = typeof value === 'string' && /^[\w-]+:\S/.test(value);
      const hint = isGlued ? 'Put a blank after each colon.' : undefined;
      report.error('yaml-not-a-mapping', tree.placeOf(path), 'the file must be a mapping (key: value)', hint);
      return;
    }
    const message = `${field} must be ${article(wanted)}, not ${nameOf(value)}`;
    report.error(
      'yaml-wrong-type',
      tree.placeOf(path),
      message,
      hintForType(path, value, wanted, schema) ?? schema.description,
    );
  },
  pattern({ path, field, value, schema, tree, report }) {
    const message = `${field} cannot be "${shorten(typeof value === 'string' ? value : JSON.stringify(value))}"`;
    report.error('yaml-wrong-value', tree.placeOf(path), message, schema.description);
  },
  enum: reportNotAllowed,
  const: reportNotAllowed,
};

/** The hint for a value of the wrong type, if there is a better one than the description of the key. */
function hintForType(
  path: readonly string[],
  value: PlainValue,
  wanted: string,
  schema: Schema,
): string | undefined {
  const isScalar = typeof value !== 'object' || value instanceof Date;
  if (wanted === 'string' && isScalar) return 'Put it in quotes.';
  const empty = { array: '[]', object: '{}', string: '""' }[wanted];
  const key = path.at(-1) ?? '';
  if (value !== null || empty === undefined || /^\d+$/.test(key)) return undefined;
  const needsText = schema.pattern !== undefined || schema.minLength !== undefined;
  const write = needsText ? 'Write a value' : `Write \`${shorten(key)}: ${empty}\``;
  return `${write}, or comment out the key as well.`;
}

function reportNotAllowed({ name, path, field, value, schema, tree, report }: Fault): void {
  const allowed = (schema.enum ?? [schema.const]).map(String);
  const text = typeof value === 'object' ? '' : String(value);
  const isLong = allowed.length > maximumListed;
  const message = isLong
    ? `${field} must be one of the ${allowed.length} values in schemas/${name}.schema.json`
    : `${field} must be ${allowed.length === 1 ? '' : 'one of: '}${allowed.join(', ')}`;
  const otherwise = isLong ? (pages[name] ?? schema.description) : undefined;
  const hint = endOfOne(text, allowed) ?? didYouMean(text, allowed) ?? otherwise;
  report.error('yaml-wrong-value', tree.placeOf(path), message, hint);
}

/** A message lists at most so many values. */
const maximumListed = 12;

/** The pages that describe long lists of values. */
const pages: Readonly<Partial<Record<SchemaName, string>>> = {
  group: 'See docs/groups.md for the permissions of LAVA.',
};

/** The hint for a permission without its application and model: the only value that ends with this text. */
function endOfOne(text: string, allowed: readonly string[]): string | undefined {
  const [one, another] = text === '' ? [] : allowed.filter((each) => each.endsWith(`.${text}`));
  return one === undefined || another !== undefined ? undefined : `Did you mean "${one}"?`;
}

function describe(schema: Schema, key: string): string | undefined {
  const field = schema.properties?.[key];
  return (field as Schema | undefined)?.description;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  null: 'nothing',
};

function article(types: string): string {
  return types
    .split(' or ')
    .map((type) => typeNames[type] ?? type)
    .join(' or ');
}

function nameOf(value: PlainValue): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  return typeNames[typeof value] ?? typeof value;
}
