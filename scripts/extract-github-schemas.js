/**
 * Extracts the operations that the stand-in for GitHub serves, and the schemas that they use, from GitHub's published
 * OpenAPI description, and writes them as JSON Schemas to test/fixtures/github/openapi.json.
 * usage: node scripts/extract-github-schemas.js
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const version = '23.0.2';
const test = join(import.meta.dirname, '../test');
const target = join(test, 'fixtures/github/openapi.json');
const wanted = JSON.parse(readFileSync(join(test, 'support/github/operations.json'), 'utf8'));

// Keywords that say nothing about validity.
const withoutMeaning = new Set([
  'title',
  'description',
  'example',
  'examples',
  'default',
  'deprecated',
  'externalDocs',
  'nullable',
  'readOnly',
  'discriminator',
]);

const description = download();
const schemas = {};
const operations = Object.fromEntries(wanted.map((id) => [id, extractOperation(id)]));
mkdirSync(dirname(target), { recursive: true });
writeFileSync(
  target,
  `{
"source": "@octokit/openapi ${version}, api.github.com",
"operations": {
${linesOf(operations)}
},
"definitions": {
${linesOf(schemas)}
}
}
`,
);
console.log(`${Object.keys(operations).length} operations, ${Object.keys(schemas).length} schemas`);

/** The package is 390 MB, so it is not a dependency. */
function download() {
  const directory = mkdtempSync(join(tmpdir(), 'github-openapi-'));
  try {
    execFileSync('npm', ['pack', '--silent', `@octokit/openapi@${version}`], { cwd: directory });
    const file = 'package/generated/api.github.com.json';
    execFileSync('tar', ['-xzf', `octokit-openapi-${version}.tgz`, file], { cwd: directory });
    return JSON.parse(readFileSync(join(directory, file), 'utf8'));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** One line per member, so that a diff shows which operation or schema has changed. */
function linesOf(members) {
  return Object.keys(members)
    .sort()
    .map((name) => `${JSON.stringify(name)}: ${JSON.stringify(members[name])}`)
    .join(',\n');
}

function extractOperation(id) {
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (operation.operationId !== id) continue;
      const body = operation.requestBody && resolve(operation.requestBody);
      return {
        method: method.toUpperCase(),
        path,
        parameters: (operation.parameters ?? []).map(resolve).map((parameter) => ({
          name: parameter.name,
          in: parameter.in,
          required: parameter.required === true,
          schema: toJsonSchema(parameter.schema),
        })),
        body: body ? { required: body.required === true, schema: schemaOf(body) } : null,
        responses: Object.fromEntries(
          Object.entries(operation.responses).map(([status, response]) => [
            status,
            schemaOf(resolve(response)),
          ]),
        ),
      };
    }
  }
  throw new Error(`GitHub describes no operation ${id}`);
}

/** The value that `value` refers to, or `value`. */
function resolve(value) {
  if (value.$ref === undefined) return value;
  return value.$ref
    .slice(2)
    .split('/')
    .reduce((at, key) => at[key], description);
}

function schemaOf({ content }) {
  const schema = content?.['application/json']?.schema;
  return schema === undefined ? null : toJsonSchema(schema);
}

/** OpenAPI 3.0 as JSON Schema draft 7, without texts; definitions that it refers to are added to `schemas`. */
function toJsonSchema(schema) {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice('#/components/schemas/'.length);
    if (!(name in schemas)) {
      schemas[name] = {}; // schemas refer to themselves
      schemas[name] = toJsonSchema(description.components.schemas[name]);
    }
    return { $ref: `#/definitions/${name}` };
  }
  const result = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') {
      result.properties = Object.fromEntries(
        Object.entries(value).map(([name, property]) => [name, toJsonSchema(property)]),
      );
    } else if (['items', 'not', 'additionalProperties'].includes(key) && typeof value === 'object') {
      result[key] = toJsonSchema(value);
    } else if (['allOf', 'anyOf', 'oneOf'].includes(key)) {
      result[key] = value.map(toJsonSchema);
    } else if (!withoutMeaning.has(key) && !key.startsWith('x-')) {
      result[key] = value;
    }
  }
  return schema.nullable === true ? nullable(result) : result;
}

function nullable({ type, ...rest }) {
  if (type === undefined) return { anyOf: [{ type: 'null' }, rest] };
  if (rest.enum !== undefined && !rest.enum.includes(null)) rest.enum = [...rest.enum, null];
  return { type: [type, 'null'], ...rest };
}
