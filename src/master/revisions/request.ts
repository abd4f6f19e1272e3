import { Ajv } from 'ajv';
import {
  keyOf,
  objectKinds,
  type FieldValue,
  type ObjectKey,
  type ObjectKind,
  type RevisionInfo,
} from '../../model/index.js';
import { ajvOptions } from '../schemas/ajv-options.js';
import { problemOf } from '../schemas/problem-of.js';
import { checkFields } from './check-fields.js';

/** What a revision may do with an object. `adopt` creates or updates it, depending on whether it exists. */
const appliedVerbs = ['create', 'update', 'adopt', 'retire', 'delete'] as const;

/** A change as received: its fields are not validated yet. */
interface ChangeBody {
  readonly verb: (typeof appliedVerbs)[number];
  readonly kind: ObjectKind;
  readonly name: string;
  readonly fields?: Readonly<Record<string, FieldValue>>;
}

/** A change; `fields` contains exactly the fields to set, already validated unless the request lists a problem. */
export interface RequestedChange extends Required<ChangeBody> {
  readonly key: ObjectKey;
}

export interface RevisionRequest extends RevisionInfo {
  readonly changes: readonly RequestedChange[];
  /** The changes that are not valid, and all problems of each. Their fields must not be used. */
  readonly problems: ReadonlyMap<RequestedChange, string>;
}

export type ParsedRequest =
  { readonly ok: true; readonly request: RevisionRequest } | { readonly ok: false; readonly detail: string };

/** The names that LAVA accepts for workers and devices (up to 2023.x); they are also safe as file names. */
const namePattern = /^(?!\.)[-_a-zA-Z0-9.@+]{1,200}$/;

function identifying(name: string) {
  return {
    type: 'string',
    minLength: 1,
    maxLength: 1000,
    content: 'plain',
    problem: `${name} must be a string of 1 to 1000 characters`,
  };
}

const changeSchema = {
  type: 'object',
  required: ['kind', 'verb', 'name'],
  properties: {
    kind: { enum: objectKinds, problem: `a change's kind must be one of ${objectKinds.join(', ')}` },
    verb: { enum: appliedVerbs, problem: `a change's verb must be one of ${appliedVerbs.join(', ')}` },
    name: { type: 'string', problem: "a change's name must be a string" },
    fields: { type: 'object', problem: "a change's fields must be a JSON object" },
  },
  problem: 'each change must be a JSON object',
};

const validate = new Ajv(ajvOptions).compile<RevisionInfo & { readonly changes: readonly ChangeBody[] }>({
  type: 'object',
  required: ['repository', 'revision', 'fingerprint', 'changes'],
  properties: {
    repository: identifying('repository'),
    revision: identifying('revision'),
    fingerprint: identifying('fingerprint'),
    changes: { type: 'array', items: changeSchema, problem: 'changes must be a list' },
  },
  problem: 'the body must be a JSON object',
});

/**
 * Validates the body of `POST revisions` as far as possible without the database. A body without a list of changes is
 * rejected with its first problem. A change that is not valid does not affect the others.
 */
export function parseRevisionRequest(body: unknown): ParsedRequest {
  if (!validate(body)) {
    const [error] = validate.errors ?? [];
    return { ok: false, detail: error === undefined ? 'not valid' : problemOf(error) };
  }
  const { repository, revision, fingerprint } = body;
  const changes = body.changes.map((change) => ({
    ...change,
    fields: change.fields ?? {},
    key: keyOf(change),
  }));
  const problems = new Map<RequestedChange, string>();
  for (const change of changes) {
    const own = problemsOf(change);
    if (own.length > 0) problems.set(change, own.join('; '));
  }
  return { ok: true, request: { repository, revision, fingerprint, changes, problems } };
}

/** Objects of other kinds either exist or do not. */
const retirable: ReadonlySet<ObjectKind> = new Set(['device', 'device-type', 'worker']);

function problemsOf({ verb, kind, name, fields }: RequestedChange): string[] {
  const problems = namePattern.test(name)
    ? []
    : [`${JSON.stringify(name.slice(0, 60))} is not a valid name: use letters, digits and - _ . @ +`];
  if (verb === 'retire' && !retirable.has(kind)) {
    problems.push(`a ${kind} cannot be retired, only deleted`);
  }
  if (verb !== 'retire' && verb !== 'delete') problems.push(...checkFields(kind, fields));
  return problems;
}
