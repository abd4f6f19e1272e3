/** GitHub's published description of the operations that the stand-in serves. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type SchemaObject, type ValidateFunction } from 'ajv';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: SchemaObject;
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly required: boolean; readonly schema: SchemaObject } | null;
  /** null: no body, or for an error, none that is described. */
  readonly responses: Readonly<Record<string, SchemaObject | null>>;
}

interface Description {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly definitions: Readonly<Record<string, SchemaObject>>;
}

export interface Route {
  readonly id: string;
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

const file = join(import.meta.dirname, '../../fixtures/github/openapi.json');
const description = JSON.parse(
  readFileSync(file, 'utf8').replaceAll('"#/definitions/', '"github#/definitions/'),
) as Description;

export const operationIds = Object.keys(description.operations);

const routes = Object.entries(description.operations)
  .map(([id, operation]) => ({
    id,
    operation,
    pattern: new RegExp(`^${operation.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
    variables: operation.path.split('{').length,
  }))
  .sort((a, b) => a.variables - b.variables);

/** The operation of a request; null if the stand-in does not know it. */
export function findRoute(method: string, path: string): Route | null {
  for (const { id, operation, pattern } of routes) {
    const match = operation.method === method ? pattern.exec(path) : null;
    if (match === null) continue;
    const params = Object.entries(match.groups ?? {});
    return {
      id,
      operation,
      params: Object.fromEntries(params.map(([name, value]) => [name, decodeURIComponent(value)])),
    };
  }
  return null;
}

const formats = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  email: /^[^@\s]+@[^@\s]+$/,
  int64: true,
  'repo.nwo': /^[^/\s]+\/[^/\s]+$/,
  // GitHub itself sends the empty text for a URL that is not set.
  uri: (value: string) => value === '' || URL.canParse(value),
} as const;

const ajv = new Ajv({ strict: false, formats });
// Values in URLs are texts.
const ofTexts = new Ajv({ strict: false, formats, coerceTypes: true });
ajv.addSchema({
  $id: 'github',
  definitions: Object.fromEntries(
    Object.entries(description.definitions).map(([name, schema]) => [name, close(schema)]),
  ),
});

const compiled = new Map<string, ValidateFunction>();

function compile(key: string, by: Ajv, schema: () => SchemaObject): ValidateFunction {
  let validate = compiled.get(key);
  if (validate === undefined) {
    validate = by.compile(schema());
    compiled.set(key, validate);
  }
  return validate;
}

/** Problems of the parameters of a request, those that GitHub does not describe included. */
export function problemsOfParameters(
  { id, operation, params }: Route,
  query: Readonly<Record<string, string>>,
): string[] {
  const validate = compile(`${id} parameters`, ofTexts, () => ({
    type: 'object',
    properties: Object.fromEntries(
      (['path', 'query'] as const).map((place) => [place, objectOf(operation.parameters, place)]),
    ),
  }));
  return problemsOf(validate, { path: { ...params }, query: { ...query } });
}

function objectOf(parameters: readonly Parameter[], place: 'path' | 'query'): SchemaObject {
  const here = parameters.filter((parameter) => parameter.in === place);
  return {
    type: 'object',
    properties: Object.fromEntries(here.map(({ name, schema }) => [name, schema])),
    required: here.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}

/** Problems of the body of a request. `undefined` means that it has none. */
export function problemsOfBody({ id, operation }: Route, body: unknown): string[] {
  const described = operation.body;
  if (body === undefined) return described?.required === true ? ['the body is missing'] : [];
  if (described === null) return ['this operation has no body'];
  return problemsOf(
    compile(`${id} body`, ajv, () => close(described.schema)),
    body,
  );
}

/** Problems of a response. An error that GitHub describes nowhere has to look like its other errors. */
export function problemsOfResponse({ id, operation }: Route, status: number, body: unknown): string[] {
  const described = operation.responses[String(status)];
  if (status < 400 && described === undefined) return [`GitHub does not respond with ${status}`];
  if (status < 400 && described === null) return body === undefined ? [] : ['it has a body'];
  const schema = described ?? {
    $ref: `github#/definitions/${status === 422 ? 'validation' : 'basic'}-error`,
  };
  return problemsOf(
    compile(`${id} ${status}`, ajv, () => close(schema)),
    body,
  );
}

function problemsOf(validate: ValidateFunction, value: unknown): string[] {
  return validate(value) ? [] : (validate.errors ?? []).map(describe);
}

function describe({ instancePath, message, params }: ErrorObject): string {
  const { additionalProperty } = params as { additionalProperty?: string };
  if (additionalProperty !== undefined) return `${instancePath}/${additionalProperty} is not described`;
  return `${instancePath || 'it'} ${message ?? 'is invalid'}`;
}

/** The schema with only the described properties allowed, which a double needs to find a wrong name. */
function close(schema: SchemaObject): SchemaObject {
  const { properties, items, additionalProperties } = schema as {
    properties?: Record<string, SchemaObject>;
    items?: SchemaObject;
    additionalProperties?: unknown;
  };
  const result: SchemaObject = { ...schema };
  if (properties !== undefined) {
    result['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, close(property)]),
    );
    result['additionalProperties'] = additionalProperties ?? false;
  }
  if (items !== undefined) result['items'] = close(items);
  for (const key of ['anyOf', 'oneOf']) {
    const parts = schema[key] as SchemaObject[] | undefined;
    // Parts of a schema with properties are conditions on them, not objects of their own.
    if (parts !== undefined && properties === undefined) result[key] = parts.map(close);
  }
  return result;
}
