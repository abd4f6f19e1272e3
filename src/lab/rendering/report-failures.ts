import type { Place } from '../../diagnostics/index.js';
import type { TemplateError } from '../../jinja/index.js';
import { explainSyntax, type Chain } from '../../templates/index.js';
import type { FindingCode } from '../codes.js';
import { groupBy } from './group-by.js';
import { createFailedSetFinder, type FailedSet, type Failure } from './find-failed-set.js';
import type { CauseInput } from './find-cause.js';
import { isLabPath } from '../files/paths.js';
import { placeAt } from '../place.js';
import type { Report } from '../report.js';

/** If more devices fail in one template, only the first is examined, and one finding names the others. */
const mostSlips = 20;

/**
 * Reports dictionaries that do not render. If rendering fails inside a template because of a `set` of the lab, the place is
 * that `set`. Otherwise, the dictionary is at fault while others render with that template, or if the template is not part
 * of the lab. If no dictionary renders with a template of the lab, the template is at fault, and is reported once.
 * @param rendered chains of the dictionaries that were rendered, including those that failed
 */
export function reportFailures(
  failures: readonly Failure[],
  rendered: readonly Chain[],
  input: CauseInput,
  report: Report,
): void {
  if (failures.length === 0) return;
  const findSet = createFailedSetFinder(input);
  for (const [template, group] of groupBy(failures, ({ error }) => error.file)) {
    const users = rendered.filter((chain) => chain.files.has(template)).length;
    const [first] = group;
    if (first === undefined) continue;
    if (template === first.file) {
      for (const { file, text, error } of group) reportFailure(error, { blames: [file], text }, report);
      continue;
    }
    const isMany = group.length > mostSlips;
    const traced = (isMany ? [first] : group).map((failure) => ({ failure, set: findSet(failure) }));
    const bySet = groupBy(traced, ({ set }) => JSON.stringify(set?.place ?? null));
    const isTemplateWrong = input.own.has(template) && users <= group.length && users > 1 && bySet.size > 1;
    if (isTemplateWrong) {
      reportFailure(first.error, { blames: [template], devices: naming(group) }, report);
      continue;
    }
    for (const members of bySet.values()) {
      const set = members[0]?.set;
      const failed = isMany ? group : members.map(({ failure }) => failure);
      if (set === undefined) reportWithoutSet(failed, template, users, report);
      else reportSet(failed, set, report);
    }
  }
}

function reportSet(failed: readonly Failure[], { place, variable }: FailedSet, report: Report): void {
  const [first] = failed;
  if (first === undefined) return;
  const { error } = first;
  const files = failed.map(({ file }) => file);
  const message = `${naming(failed)}: ${error.message} (${error.file}:${error.line}:${error.column})`;
  report.error(codeOfTemplateError(error), place, message, `Correct or remove "${variable}".`, files);
}

function reportWithoutSet(failed: readonly Failure[], template: string, users: number, report: Report): void {
  if (users > failed.length && failed.length <= mostSlips) {
    for (const { file, device, error } of failed)
      reportFailure(error, { blames: [file], devices: device }, report);
    return;
  }
  const [first] = failed;
  const blames = users > failed.length ? failed.map(({ file }) => file) : [template];
  if (first !== undefined) reportFailure(first.error, { blames, devices: naming(failed) }, report);
}

function naming(failed: readonly Failure[]): string {
  const others = failed.length === 1 ? '' : ` and ${failed.length - 1} more`;
  return `${failed[0]?.device ?? ''}${others}`;
}

interface Blame {
  /** The files whose dependants are blocked. */
  readonly blames: readonly string[];
  /** The devices whose rendering failed, if the place does not show that. */
  readonly devices?: string;
  /** The text of the file in which it failed, if that file is at fault. */
  readonly text?: string;
}

export function reportFailure(error: TemplateError, { blames, devices, text }: Blame, report: Report): void {
  const code = codeOfTemplateError(error);
  if (code === 'template-syntax' && text !== undefined) {
    const { message, hint, at } = explainSyntax(error, text);
    const place = at === undefined ? placeOf(error) : placeAt(error.file, text, at);
    report.error(code, place, message, hint, blames);
    return;
  }
  const message = devices === undefined ? error.message : `${devices}: ${error.message}`;
  const way = error.chain.find(({ file }) => isLabPath(file));
  if (isLabPath(error.file) || way === undefined) {
    report.error(code, placeOf(error), message, error.hint, blames);
    return;
  }
  // A template of a source failed: the file of the lab that leads there is where somebody can do something about it.
  const place = { file: way.file, line: way.line, column: 1 };
  report.error(code, place, `${message} (${error.file}:${error.line}:${error.column})`, error.hint, blames);
}

function placeOf({ file, line, column }: TemplateError): Place {
  return { file, line, column };
}

/** The finding code for a template that fails. */
export function codeOfTemplateError(error: TemplateError): FindingCode {
  if (error.kind === 'syntax') return 'template-syntax';
  if (error.kind === 'not-found') return 'template-unknown';
  return error.kind === 'limit' ? 'template-limit' : 'template-fails';
}
