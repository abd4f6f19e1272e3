import type { Place } from '../../diagnostics/index.js';
import type { TemplateError } from '../../jinja/index.js';
import { explainSyntax, type Chain } from '../../templates/index.js';
import type { FindingCode } from '../codes.js';
import { isLabPath } from '../files/paths.js';
import { placeAt } from '../place.js';
import type { Report } from '../report.js';

/** A dictionary that does not render. */
export interface Failure {
  readonly name: string;
  readonly file: string;
  /** The text of that file. */
  readonly text: string;
  readonly error: TemplateError;
}

/**
 * Reports dictionaries that do not render. If rendering fails inside a template, the dictionary is at fault while
 * others render with that template. If none does, the template is at fault, and is reported once.
 * @param rendered chains of the dictionaries that were rendered, including those that failed
 */
export function reportFailures(
  failures: readonly Failure[],
  rendered: readonly Chain[],
  report: Report,
): void {
  const byTemplate = new Map<string, Failure[]>();
  for (const failure of failures) {
    const { file } = failure.error;
    const group = byTemplate.get(file);
    if (group === undefined) byTemplate.set(file, [failure]);
    else group.push(failure);
  }
  for (const [template, group] of byTemplate) {
    const users = rendered.filter((chain) => chain.files.has(template)).length;
    const [first] = group;
    if (first === undefined) continue;
    if (template === first.file) {
      for (const { file, text, error } of group) reportFailure(error, { blames: file, text }, report);
    } else if (users > group.length) {
      for (const { file, name, error } of group)
        reportFailure(error, { blames: file, devices: name }, report);
    } else {
      const others = group.length === 1 ? '' : ` and ${group.length - 1} more`;
      reportFailure(first.error, { blames: template, devices: `${first.name}${others}` }, report);
    }
  }
}

interface Blame {
  /** The file whose dependants are blocked. */
  readonly blames: string;
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
