/**
 * Extracts the types and fields that the stand-in for GitHub serves from GitHub's published GraphQL schema, and writes them to
 * test/fixtures/github/schema.graphql.
 * usage: node scripts/extract-github-graphql.js
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kind, parse, print, visit } from 'graphql';

const version = '15.26.1';
const target = join(import.meta.dirname, '../test/fixtures/github/schema.graphql');

/** By type; null: all of it, and it has no fields. */
const wanted = {
  Actor: ['login'],
  Bot: ['login'],
  DateTime: null,
  Issue: ['author', 'body', 'userContentEdits'],
  Mannequin: ['login'],
  Organization: ['login'],
  PageInfo: ['endCursor', 'hasNextPage'],
  Query: ['repository'],
  Repository: ['issue'],
  User: ['login'],
  UserContentEdit: ['editedAt', 'editor'],
  UserContentEditConnection: ['nodes', 'pageInfo'],
};

const schema = parse(download());
const definitions = schema.definitions
  .filter(({ name }) => Object.hasOwn(wanted, name?.value ?? ''))
  .map((definition) => ({
    ...definition,
    directives: [],
    interfaces: definition.interfaces?.filter(({ name }) => Object.hasOwn(wanted, name.value)),
    fields: definition.fields?.filter(({ name }) => wanted[definition.name.value].includes(name.value)),
  }));
const withoutTexts = visit(
  { kind: Kind.DOCUMENT, definitions },
  { enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined) },
);
writeFileSync(target, `# @octokit/graphql-schema ${version}\n\n${print(withoutTexts)}\n`);

function download() {
  const directory = mkdtempSync(join(tmpdir(), 'github-graphql-'));
  try {
    execFileSync('npm', ['pack', '--silent', `@octokit/graphql-schema@${version}`], { cwd: directory });
    const file = 'package/schema.graphql';
    execFileSync('tar', ['-xzf', `octokit-graphql-schema-${version}.tgz`, file], { cwd: directory });
    return readFileSync(join(directory, file), 'utf8');
  } finally {
    rmSync(directory, { recursive: true });
  }
}
