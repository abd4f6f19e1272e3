import { demand, invalid, notFound, type Call, type Handler } from '../call.js';
import { respondWithPage } from '../page.js';
import { presentLabel } from '../present/label.js';
import { areSame, labelOf, timeOf, type Issue, type Label } from '../state.js';
import { demandIssue, findIssue } from './issues.js';

export type LabelInput = string | { readonly name?: string };

interface LabelBody {
  readonly name: string;
  readonly color?: string;
  readonly description?: string;
}

const maxNameCharacters = 50;
const maxDescriptionCharacters = 100;
const maxPerIssue = 100;

export const labelOperations: Record<string, Handler> = {
  'issues/list-labels-for-repo'(call) {
    demand(call, 'read', 'issues', 'pull_requests');
    return respondWithPage(call, call.state.labels, ({ name }) => presentLabel(call, name));
  },
  'issues/get-label'(call) {
    demand(call, 'read', 'issues', 'pull_requests');
    return { status: 200, body: presentLabel(call, findLabel(call).name) };
  },
  'issues/create-label'(call) {
    demand(call, 'write', 'issues', 'pull_requests');
    const { name, color = 'ededed', description = null } = call.body as LabelBody;
    checkLabels([name]);
    if (call.state.labels.some((label) => areSame(label.name, name)))
      throw invalid({ resource: 'Label', code: 'already_exists', field: 'name' });
    if (!/^[0-9a-f]{6}$/i.test(color)) throw invalid({ resource: 'Label', code: 'invalid', field: 'color' });
    if ((description ?? '').length > maxDescriptionCharacters)
      throw invalid({ resource: 'Label', code: 'invalid', field: 'description' });
    Object.assign(labelOf(call.state, name), { color: color.toLowerCase(), description });
    return { status: 201, body: presentLabel(call, name) };
  },
  'issues/add-labels'(call) {
    const issue = findIssue(call);
    return change(call, issue, [...issue.labels, ...inputOf(call)]);
  },
  'issues/set-labels'(call) {
    return change(call, findIssue(call), inputOf(call));
  },
  'issues/remove-label'(call) {
    const issue = findIssue(call);
    demandIssue(call, 'write', issue);
    const { name = '' } = call.params;
    if (!issue.labels.some((label) => areSame(label, name))) throw notFound();
    return change(
      call,
      issue,
      issue.labels.filter((label) => !areSame(label, name)),
    );
  },
};

export function namesOf(labels: readonly LabelInput[]): string[] {
  return labels.map((label) => (typeof label === 'string' ? label : (label.name ?? '')));
}

/** @throws ApiError 422 */
export function checkLabels(names: readonly string[]): void {
  if (names.length > maxPerIssue) throw invalid({ resource: 'Issue', code: 'invalid', field: 'labels' });
  for (const name of names) {
    if (name === '') throw invalid({ resource: 'Label', code: 'missing_field', field: 'name' });
    if (Array.from(name).length > maxNameCharacters)
      throw invalid({ resource: 'Label', code: 'invalid', field: 'name' });
  }
}

function inputOf(call: Call): string[] {
  return namesOf(((call.body ?? {}) as { labels?: LabelInput[] }).labels ?? []);
}

/** Responds with all labels of the issue, which has these now. */
function change(call: Call, issue: Issue, names: readonly string[]) {
  demandIssue(call, 'write', issue);
  checkLabels(names);
  issue.labels = [...new Set(names.map((name) => labelOf(call.state, name).name))];
  issue.updatedAt = timeOf(call.state);
  return { status: 200, body: issue.labels.map((name) => presentLabel(call, name)) };
}

function findLabel({ state, params }: Call): Label {
  const label = state.labels.find(({ name }) => areSame(name, params['name'] ?? ''));
  if (label === undefined) throw notFound();
  return label;
}
