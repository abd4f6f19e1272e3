/**
 * A running master as a lab: observe -> write -> load again -> plan. Whatever that plan would change is left out, and the
 * lab is written again, so that applying the lab would change nothing on the master. This writes only in memory.
 */
import {
  assignSites,
  chooseTemplates,
  writeLab,
  type FileMap,
  type LabChoices,
  type LabProofs,
  type LeftOut,
  type Sites,
  type SourceTemplates,
  type TemplateSourceChoice,
} from '../../lab/index.js';
import {
  fieldsOf,
  type AppliedRecord,
  type Change,
  type DesiredMaster,
  type ObjectKind,
  type ObservedMaster,
  type Policy,
} from '../../model/index.js';
import { isEmpty, makePlan, pendingChanges, type Plan } from '../../plan/index.js';
import { likelySecrets, secretWorkerFiles, type LikelySecret } from './likely-secrets.js';
import { observeWhole } from './observe-whole.js';
import { normalised } from '../look/look.js';
import type { MasterTarget } from '../ports.js';
import { recordAfter } from '../record/record-after.js';

export interface ImportRequest {
  readonly target: MasterTarget;
  /** Called once the master is read, because the choices may depend on it. */
  readonly decide: (observed: ObservedMaster) => Promise<ImportChoices>;
  /** Also import templates that may be LAVA's own, if LAVA does not report which are. */
  readonly takesUnsureTemplates: boolean;
  readonly signal?: AbortSignal;
}

export interface ImportChoices {
  /** With LAVA's own templates as a source in use; they are not checked if `templates` is empty. */
  readonly choices: LabChoices;
  /** LAVA's own templates of the master's release, by file name; empty if they are not available. */
  readonly templates: SourceTemplates;
}

/** A master as a lab, before it is stored anywhere. */
export interface ImportedLab {
  readonly software: string;
  readonly release: string;
  readonly files: FileMap;
  /** The number of objects in the lab. */
  readonly counts: Readonly<Record<ObjectKind, number>>;
  readonly leftOut: readonly LeftOut[];
  /** So that the first command need not check everything again. */
  readonly proofs: LabProofs;
  /** Templates that may be LAVA's own, and are therefore not in the lab. */
  readonly unsureTemplates: readonly string[];
  /** The source of templates in lab.yaml, whether or not it is in use. */
  readonly templateSource: TemplateSourceChoice | null;
  readonly sites: Sites;
  /** Lines to review before the lab is pushed anywhere. */
  readonly likelySecrets: readonly LikelySecret[];
  /** Additional remarks about the master. */
  readonly remarks: readonly string[];
  /** The state to record as last applied once the files are committed. */
  recordAt(place: { readonly repository: string; readonly revision: string }): AppliedRecord;
}

/**
 * @throws ExternalError when the master, or one of its lists, cannot be read
 */
export async function importMaster(request: ImportRequest): Promise<ImportedLab> {
  const { target } = request;
  const whole = await observeWhole(target, request.signal);
  const decided = await request.decide(whole.observed);
  const { observed, unsure } = chooseTemplates(
    whole.observed,
    whole.certain,
    request.takesUnsureTemplates,
    decided.templates.size > 0 ? decided.templates : null,
  );
  const { files, leftOut, proofs, comparison, plan, choices } = writeUntilEqual(observed, decided, target);
  return {
    software: observed.software,
    release: observed.release,
    files,
    counts: countKinds(comparison.desired),
    leftOut,
    proofs,
    unsureTemplates: unsure,
    templateSource: choices.templateSource,
    sites: assignSites(observed, workersIn(comparison.desired), choices.sites),
    likelySecrets: likelySecrets(files),
    remarks: [...remarksOnSight(observed), ...plan.remarks],
    recordAt: (place) => recordOf(comparison, { ...plan, ...place }, place),
  };
}

/** LAVA shows permissions only to superusers, and hides some devices from other users without reporting it. */
function remarksOnSight({ unreadable }: ObservedMaster): string[] {
  if (!unreadable.some(({ field }) => field === 'permissions')) return [];
  return [
    "this token is not a superuser's: permissions are missing, and so are devices that its user may not see; import again with a superuser's token",
  ];
}

/** The input for the plan of a written lab. */
interface Comparison {
  readonly desired: DesiredMaster;
  readonly observed: ObservedMaster;
  readonly policy: Policy;
  readonly targetUrl: string;
  readonly templates: SourceTemplates;
}

function workersIn({ objects }: DesiredMaster): string[] {
  return [...objects.values()].flatMap(({ kind, name }) => (kind === 'worker' ? [name] : [])).sort();
}

const doNotFit =
  'lavaflow finds errors in them, which you cannot correct in this lab. Report them to the developers of lavaflow.';

function writeUntilEqual(observed: ObservedMaster, decided: ImportChoices, target: MasterTarget) {
  let { choices, templates } = decided;
  const leave = new Map<string, LeftOut>(
    secretWorkerFiles(observed).map((one) => [`${one.key} ${one.field ?? ''}`, one]),
  );
  for (;;) {
    const { fitsTemplates, lab, ...written } = writeLab(observed, choices, leave.values(), templates);
    if (!fitsTemplates) {
      const { templateSource } = choices;
      choices = { ...choices, templateSource: templateSource && { ...templateSource, whyNot: doNotFit } };
      templates = new Map();
      continue;
    }
    const desired = lab?.desired.get(choices.master);
    if (lab === null || desired === undefined) throw new Error('the written lab has no master');
    const comparison = {
      desired: normalised(desired, target),
      observed,
      policy: lab.policy,
      targetUrl: target.url,
      templates,
    };
    const plan = planOf(comparison, { repository: '', revision: '' }, null);
    const changes = plan.changes.filter(isNoAdoption);
    if (changes.length === 0) return { ...written, comparison, plan, choices };
    const size = () => leave.size + (choices.ignore ?? []).length;
    const before = size();
    for (const change of changes) addTo(leave, declaredPartOf(change, comparison.desired));
    if (choices.undeclared !== 'unmanaged') choices = withIgnored(choices, changes, comparison.desired);
    if (size() === before && choices.undeclared === decided.choices.undeclared)
      throw new Error(`the written lab differs: ${changes.map(describe).join(', ')}`);
  }
}

/** All changes except adoptions without differences. Objects that the lab does not name, or cannot see, are only reported. */
function isNoAdoption({ verb, fields, hold }: Change): boolean {
  if (verb === 'adopt') return fields.length > 0;
  return hold !== 'unnamed' && hold !== 'built-in' && hold !== 'unreadable';
}

/** More rules than a file of the lab can have. */
const mostRules = 200;

/**
 * Ignores what the lab does not declare because it cannot express it: under the policy `default`, it would have LAVA's
 * default. With too many such values, the lab gets the other policy.
 */
function withIgnored(choices: LabChoices, changes: readonly Change[], desired: DesiredMaster): LabChoices {
  const paths = new Set(choices.ignore?.map(({ path }) => path));
  for (const change of changes) {
    const declared = fieldsDeclaredIn(change, desired);
    for (const { field } of change.fields) if (!declared.has(field)) paths.add(`${change.key}/${field}`);
  }
  if (paths.size > mostRules) return { ...choices, ignore: [], undeclared: 'unmanaged' };
  const reason = 'its value could not be imported; see not-imported/README.md';
  return { ...choices, ignore: [...paths].sort().map((path) => ({ path, reason })) };
}

function fieldsDeclaredIn({ key }: Change, { objects }: DesiredMaster): ReadonlySet<string> {
  const object = objects.get(key);
  return new Set(object === undefined ? [] : Object.keys(fieldsOf(object)));
}

/** The change without the fields that the lab does not declare, which cannot be left out. */
function declaredPartOf(change: Change, desired: DesiredMaster): Change | null {
  const declared = fieldsDeclaredIn(change, desired);
  const fields = change.fields.filter(({ field }) => declared.has(field));
  return fields.length === 0 && change.fields.length > 0 ? null : { ...change, fields };
}

/** First leave out the fields that differ; if that does not help, the object. */
function addTo(leave: Map<string, LeftOut>, change: Change | null): void {
  if (change === null) return;
  const { key, fields } = change;
  const why = 'the lab does not reproduce it exactly';
  const news = fields.filter(({ field }) => !leave.has(`${key} ${field}`));
  for (const { field } of news) leave.set(`${key} ${field}`, { key, field, why });
  if (news.length === 0) leave.set(key, { key, field: null, why });
}

function planOf(
  { desired, observed, policy, targetUrl, templates }: Comparison,
  place: { readonly repository: string; readonly revision: string },
  lastApplied: AppliedRecord | null,
): Plan {
  const mode = desired.master.mode;
  const consents = { adopt: 'all', allowDelete: 'none' } as const;
  return makePlan({ desired, observed, lastApplied, policy, mode, consents, ...place, targetUrl, templates });
}

/** @param plan the adoption of everything */
function recordOf(
  comparison: Comparison,
  plan: Plan,
  place: { readonly repository: string; readonly revision: string },
): AppliedRecord {
  const { desired, observed, templates } = comparison;
  const outcomes = pendingChanges(plan).map(({ key, verb }) => ({ key, verb, status: 'done' }) as const);
  const appliedAt = new Date().toISOString();
  const record = recordAfter({
    base: null,
    desired,
    observed,
    plan,
    outcomes,
    focus: null,
    appliedAt,
    force: null,
    templates,
  });
  if (!isEmpty(planOf(comparison, place, record))) throw new Error('a recorded import is not complete');
  return record;
}

function countKinds({ objects }: DesiredMaster): Record<ObjectKind, number> {
  const counts = { group: 0, template: 0, 'device-type': 0, 'health-check': 0, worker: 0, device: 0 };
  for (const { kind } of objects.values()) counts[kind] += 1;
  return counts;
}

function describe({ verb, key, fields }: Change): string {
  return `${verb} ${key} ${fields.map(({ field }) => field).join(' ')}`.trim();
}
