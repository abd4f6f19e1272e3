import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FromSchema } from 'json-schema-to-ts';
import { nearest } from '../../diagnostics/index.js';
import { didYouMean } from '../names.js';
import type { Report } from '../report.js';
import { schemas, type SchemaName } from '../schema/index.js';
import { hintForPattern } from '../schema/pattern-hints.js';
import {
  hintForChoice,
  hintForMissing,
  hintForRange,
  hintForType,
  hintForUnknownKey,
  type ValueSchema,
  valueText,
} from './schema-hints.js';
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
  'notifications',
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

/**
 * Reads a YAML file and checks it against a schema. Returns null if it has errors, which are then reported.
 * @param checkMore reports what a schema cannot, also about a file that violates it: all findings of a file come together
 * @param isOther reports a file that is something else: it is not checked further, and is not returned
 */
export function readChecked<N extends SchemaName>(
  name: N,
  file: { readonly path: string; readonly text: string | null },
  report: Report,
  checkMore: (tree: YamlTree) => void = () => undefined,
  isOther: (tree: YamlTree) => boolean = () => false,
): CheckedFile<N> | null {
  if (file.text === null) return null;
  const tree = readYaml(file.path, file.text, ownKinds.has(name) ? 'own' : 'lava', report);
  if (tree === null) {
    if (!report.hasErrors(file.path)) reportEmpty(name, file.path, report);
    return null;
  }
  if (isOther(tree)) return null;
  const validate = validatorOf(name);
  const isValid = validate(tree.value);
  const found = isValid ? [] : (validate.errors ?? []).filter((error) => !isBranch(error));
  const errors = withoutMisspelt(withoutIndented(found, tree, report));
  for (const error of errors.slice(0, maximumFindings)) reportError(name, error, tree, report);
  checkMore(tree);
  return isValid && tree.isWhole ? { value: tree.value as unknown as Checked<N>, tree } : null;
}

/** Whether a value is valid for such a file. */
export function fitsSchema(name: SchemaName, value: unknown): boolean {
  return validatorOf(name)(value);
}

/** What to do about a file that is one text instead of a mapping. */
function hintForText(name: SchemaName, text: string): string {
  if (/^[\w-]+:\S/.test(text)) return 'Put a blank after each colon.';
  return name === 'worker-environment' && /^(?:export )?[A-Za-z_]\w*=/.test(text)
    ? 'Write `NAME: value` on lines below `overrides:`, instead of NAME=value.'
    : 'Write lines such as `key: value`.';
}

/** What to write into a file that is empty, if its key is not optional. */
const emptyHints: Readonly<Partial<Record<SchemaName, string>>> = {
  lab: 'Write `kind: Lab` and `name: ...`.',
  master: 'Write `kind: Master`, `sites: [...]`, and `url: ...` or `embedded: {worker: ...}`.',
  site: 'Write `kind: Site` and `owners: []`.',
  notifications: 'Write `kind: Notifications` and `channels: [...]`, or delete the file.',
  group: 'Write `kind: Group`, or delete the file.',
  worker: 'Write `kind: Worker` and `site: ...`.',
  'device-type': 'Write `kind: DeviceType`, or delete the file.',
  device: 'Write `kind: Device`, or delete the file.',
};

function reportEmpty(name: SchemaName, path: string, report: Report): void {
  const place = { file: path, line: 1, column: 1 };
  report.error('yaml-not-a-mapping', place, 'the file is empty', emptyHints[name] ?? 'Delete the file.');
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

/**
 * Keys that should be indented below another key are one mistake:
 *
 *     - deploy:
 *       to: tmpfs
 */
function withoutIndented(
  errors: readonly ErrorObject[],
  tree: YamlTree,
  report: Report,
): readonly ErrorObject[] {
  const reported = errors.flatMap(({ keyword, instancePath, data }) => {
    if (keyword !== 'maxProperties' || typeof data !== 'object' || data === null) return [];
    const [[parent, value] = ['', ''], [next] = ['']] = Object.entries(data as Record<string, unknown>);
    if (value !== null) return [];
    const path = stepsOf(instancePath);
    const message = `"${shorten(next)}" must be indented further than "${shorten(parent)}" to belong to it`;
    const hint = `Indent the lines below \`${shorten(parent)}:\` by two more blanks.`;
    report.error('yaml-wrong-value', tree.placeOf(path, next), message, hint);
    return [instancePath];
  });
  if (reported.length === 0) return errors;
  return errors.filter(
    ({ instancePath }) => !reported.some((one) => instancePath === one || instancePath.startsWith(`${one}/`)),
  );
}

/** A misspelled key is one mistake, although one key is unknown and another one is missing. */
function withoutMisspelt(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const meant = new Set(
    errors.flatMap(({ keyword, instancePath, params, parentSchema }) => {
      if (keyword !== 'additionalProperties') return [];
      const { additionalProperty } = params as { readonly additionalProperty: string };
      const known = Object.keys((parentSchema as ValueSchema).properties ?? {});
      return [`${instancePath} ${nearest(additionalProperty, known) ?? ''}`];
    }),
  );
  return errors.filter(({ keyword, instancePath, params }) => {
    const { missingProperty } = params as { readonly missingProperty?: string };
    return keyword !== 'required' || !meant.has(`${instancePath} ${missingProperty ?? ''}`);
  });
}

/** The place of an error, and the value there. */
interface Fault {
  readonly name: SchemaName;
  readonly path: readonly string[];
  /** The name of the place in messages. */
  readonly field: string;
  readonly value: PlainValue;
  readonly schema: ValueSchema;
  readonly params: Readonly<Record<string, unknown>>;
  readonly tree: YamlTree;
  readonly report: Report;
}

function stepsOf(instancePath: string): string[] {
  const steps = instancePath.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function reportError(name: SchemaName, error: ErrorObject, tree: YamlTree, report: Report): void {
  const path = stepsOf(error.instancePath);
  const schema = (error.parentSchema ?? {}) as ValueSchema;
  const field = path.length === 0 ? 'the file' : `"${shorten(path.join('.'))}"`;
  const params = error.params as Readonly<Record<string, unknown>>;
  const say = Object.hasOwn(sayings, error.keyword) ? sayings[error.keyword] : undefined;
  if (say !== undefined)
    say({ name, path, field, value: error.data as PlainValue, schema, params, tree, report });
  else
    report.error(
      'yaml-wrong-value',
      tree.placeOf(path),
      `${field} ${error.message ?? 'is wrong'}`,
      advice(schema),
    );
}

/** The description of a key, if it is an instruction. */
function advice({ description }: ValueSchema): string | undefined {
  return description !== undefined && /^(?:Write|Use) /.test(description) ? description : undefined;
}

/** By the JSON Schema keyword that is violated. */
const sayings: Readonly<Record<string, (fault: Fault) => void>> = {
  additionalProperties({ name, path, params, schema, tree, report }) {
    const key = String(params['additionalProperty']);
    const hint = hintForUnknownKey(name, path, key, schema);
    report.error('yaml-unknown-key', tree.placeOf(path, key), `unknown key "${shorten(key)}"`, hint);
  },
  required({ path, field, params, schema, tree, report }) {
    const key = String(params['missingProperty']);
    const message = `${field} has no key "${key}", which is required`;
    report.error('yaml-missing-key', tree.placeOf(path), message, hintForMissing(schema, key));
  },
  oneOf({ path, field, value, schema, tree, report }) {
    // Its wrong type was reported.
    if (typeof value !== 'object' || Array.isArray(value)) return;
    const choices = (schema.oneOf ?? []).map((choice) => choice.required.join(' with '));
    const message = `${field} requires exactly one of: ${choices.join(', ')}`;
    const hint = hintForChoice(schema, Object.keys(value ?? {}));
    report.error('yaml-choose-one', tree.placeOf(path), message, hint);
  },
  type({ name, path, field, value, schema, params, tree, report }) {
    const wanted = [params['type']].flat().join(' or ');
    if (path.length === 0) {
      const hint = hintForText(name, typeof value === 'string' ? value : '');
      report.error('yaml-not-a-mapping', tree.placeOf(path), 'the file must be a mapping (key: value)', hint);
      return;
    }
    const isFraction = typeof value === 'number' && wanted.includes('integer');
    const message = `${field} must be ${article(wanted)}, not ${isFraction ? String(value) : nameOf(value)}`;
    const hint = advice(schema) ?? hintForType(path, value, wanted, schema);
    report.error('yaml-wrong-type', tree.placeOf(path), message, hint);
  },
  pattern({ path, field, value, schema, tree, report }) {
    const message = `${field} cannot be "${shorten(typeof value === 'string' ? value : JSON.stringify(value))}"`;
    const hint = advice(schema) ?? hintForPattern(schema.pattern ?? '');
    report.error('yaml-wrong-value', tree.placeOf(path), message, hint);
  },
  enum: reportNotAllowed,
  const: reportNotAllowed,
  minimum: reportRange,
  maximum: reportRange,
  minLength({ path, field, tree, report }) {
    const message = `${field} must not be empty`;
    report.error('yaml-wrong-value', tree.placeOf(path), message, 'Write a value, or remove it.');
  },
  maxLength({ path, field, value, params, tree, report }) {
    const count = Array.from(valueText(value)).length;
    const message = `${field} has ${count} characters; the limit is ${String(params['limit'])}`;
    report.error('yaml-wrong-value', tree.placeOf(path), message, 'Shorten it.');
  },
  minItems({ path, field, schema, params, tree, report }) {
    const message = `${field} must have at least ${String(params['limit'])} entries`;
    const said = params['limit'] === 1 ? `${field} must not be empty` : message;
    report.error('yaml-wrong-value', tree.placeOf(path), said, advice(schema) ?? 'Add an entry.');
  },
};

function reportRange({ path, field, value, schema, tree, report }: Fault): void {
  const message = `${field} cannot be ${shorten(valueText(value))}`;
  report.error('yaml-wrong-value', tree.placeOf(path), message, hintForRange(schema));
}

function reportNotAllowed({ name, path, field, value, schema, tree, report }: Fault): void {
  const allowed = (schema.enum ?? [schema.const]).map(valueText);
  const text = typeof value === 'object' ? '' : valueText(value);
  const isLong = allowed.length > maximumListed;
  const message = isLong
    ? `${field} must be one of the ${allowed.length} values in schemas/${name}.schema.json`
    : `${field} must be ${allowed.length === 1 ? '' : 'one of: '}${allowed.join(', ')}`;
  const otherwise = isLong ? pages[name] : undefined;
  const only =
    schema.const === undefined ? undefined : `Write \`${path.at(-1) ?? ''}: ${valueText(schema.const)}\`.`;
  const hint = only ?? endOfOne(text, allowed) ?? didYouMean(text, allowed) ?? otherwise;
  report.error('yaml-wrong-value', tree.placeOf(path), message, advice(schema) ?? hint);
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
