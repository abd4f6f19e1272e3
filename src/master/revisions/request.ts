import {
  keyOf,
  objectKinds,
  type ChangeOutcome,
  type FieldValue,
  type ObjectKey,
  type ObjectKind,
  type RevisionInfo,
} from '../../model/index.js';
import { checkFields } from './check-fields.js';

/** What a revision may do with an object. `adopt` is a create or an update: whatever is there already. */
const appliedVerbs = ['create', 'update', 'adopt', 'retire', 'delete'] as const;
type AppliedVerb = (typeof appliedVerbs)[number];

/** One change as it arrived: `fields` are exactly the fields to set, already checked. */
export interface RequestedChange {
  readonly key: ObjectKey;
  readonly verb: AppliedVerb;
  readonly kind: ObjectKind;
  readonly name: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

export interface RevisionRequest extends RevisionInfo {
  readonly changes: readonly RequestedChange[];
}

export type ParsedRequest =
  | { readonly ok: true; readonly request: RevisionRequest }
  | { readonly ok: false; readonly detail: string; readonly outcomes: readonly ChangeOutcome[] };

/** Names that LAVA takes for workers and devices (up to 2023.x), and that are safe as file names. */
const namePattern = /^(?!\.)[-_a-zA-Z0-9.@+]{1,200}$/;

/** The body of `POST revisions`, checked as far as it can be without the database. All problems at once. */
export function parseRevisionRequest(body: unknown): ParsedRequest {
  if (!isRecord(body)) return refused('the body must be a JSON object');
  const { repository, revision, fingerprint, changes } = body;
  for (const [name, value] of Object.entries({ repository, revision, fingerprint })) {
    if (typeof value !== 'string' || value === '' || value.length > 1000) {
      return refused(`${name} must be a text of 1 to 1000 characters`);
    }
  }
  if (!Array.isArray(changes)) return refused('changes must be a list');

  const parsed: RequestedChange[] = [];
  const outcomes: ChangeOutcome[] = [];
  for (const item of changes as unknown[]) {
    const change = parseChange(item);
    if (typeof change === 'string') return refused(change);
    const { problems, ...requested } = change;
    parsed.push(requested);
    outcomes.push(
      problems.length === 0
        ? { key: change.key, verb: change.verb, status: 'skipped', reason: 'another change is not valid' }
        : { key: change.key, verb: change.verb, status: 'failed', reason: problems.join('; ') },
    );
  }
  if (outcomes.some((outcome) => outcome.status === 'failed')) {
    return { ok: false, detail: 'Nothing was written: some changes are not valid.', outcomes };
  }
  return {
    ok: true,
    request: {
      repository: repository as string,
      revision: revision as string,
      fingerprint: fingerprint as string,
      changes: parsed,
    },
  };
}

/** A text: the item is not even a change, so there is no outcome to give. */
function parseChange(item: unknown): (RequestedChange & { readonly problems: readonly string[] }) | string {
  if (!isRecord(item)) return 'each change must be a JSON object';
  const { verb, kind, name, fields = {} } = item;
  if (!isOneOf(objectKinds, kind)) return `a change's kind must be one of ${objectKinds.join(', ')}`;
  if (!isOneOf(appliedVerbs, verb)) return `a change's verb must be one of ${appliedVerbs.join(', ')}`;
  if (typeof name !== 'string') return "a change's name must be a text";
  if (!isRecord(fields)) return "a change's fields must be a JSON object";
  const problems = namePattern.test(name)
    ? []
    : [`${JSON.stringify(name.slice(0, 60))} cannot name an object: use letters, digits and - _ . @ +`];
  if (verb === 'retire' && (kind === 'template' || kind === 'health-check')) {
    problems.push(`a ${kind} cannot be retired, only deleted`);
  }
  if (verb !== 'retire' && verb !== 'delete') problems.push(...checkFields(kind, fields));
  return {
    key: keyOf({ kind, name }),
    verb,
    kind,
    name,
    fields: fields as Readonly<Record<string, FieldValue>>,
    problems,
  };
}

function refused(detail: string): ParsedRequest {
  return { ok: false, detail, outcomes: [] };
}

function isOneOf<T extends string>(allowed: readonly T[], value: unknown): value is T {
  return allowed.some((item) => item === value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
