import { ExternalError } from '../../diagnostics/index.js';
import { asMapping } from '../../pyyaml/index.js';

/** One reason why a master rejects a job. */
export interface RejectionProblem {
  /** In LAVA's notation: `actions[2].boot`; empty for the whole job, or if the master does not report it. */
  readonly path: string;
  readonly message: string;
  /** How to fix it, as a sentence. Only embedded masters report it. */
  readonly hint: string | null;
}

/** The master rejects a job. Its message has all problems in one line. */
export class RejectedJob extends ExternalError {
  readonly problems: readonly RejectionProblem[];
  /** The same, each problem and its hint in one line. */
  readonly lines: readonly string[];

  constructor(where: string, problems: readonly RejectionProblem[]) {
    const lines = problems.map(formatLine);
    super({ what: 'submit the job', where, why: `HTTP 400: ${lines.join('; ')}`, retry: 'never' });
    this.problems = problems;
    this.lines = lines;
  }
}

function formatLine({ path, message, hint }: RejectionProblem): string {
  return `${path === '' ? '' : `${path}: `}${message}${hint === null ? '' : `. ${hint}`}`;
}

const mostProblems = 50;
/** Longer than any message of LAVA or lavaflow; limits what a hostile master can print. */
const maxLength = 4_000;

/**
 * The problems in a response with status 400, at most 50. An embedded master lists them in `problems`. LAVA has only
 * `message`, with line breaks, or `{field: [message]}` if a field of the request is not valid.
 * @param text the body of the response
 */
export function problemsInRejection(text: string): readonly RejectionProblem[] {
  const body = parseMapping(text);
  const problems = body === null ? [] : allProblems(body);
  if (problems.length === 0) return [problem('', 'the response does not contain a reason')];
  const more = problems.length - mostProblems;
  return more <= 0
    ? problems
    : [
        ...problems.slice(0, mostProblems),
        problem('', `${more} more ${more === 1 ? 'problem' : 'problems'}, not shown`),
      ];
}

function allProblems(body: Readonly<Record<string, unknown>>): RejectionProblem[] {
  const { problems, message, detail, ...fields } = body;
  const listed = listOf(problems).flatMap((one) => {
    const { path, message: what, hint } = asMapping(one) ?? {};
    return typeof what === 'string' ? [problem(path, what, hint)] : [];
  });
  if (listed.length > 0) return listed;
  const said = detail ?? message;
  if (typeof said === 'string') return linesOf(said).map((line) => problem('', line));
  return Object.entries(fields).flatMap(([name, reasons]) =>
    listOf(reasons).flatMap((reason) => (typeof reason === 'string' ? [problem(name, reason)] : [])),
  );
}

function problem(path: unknown, message: string, hint?: unknown): RejectionProblem {
  return {
    path: typeof path === 'string' ? path.slice(0, maxLength) : '',
    message: message.slice(0, maxLength),
    hint: typeof hint === 'string' ? hint.slice(0, maxLength) : null,
  };
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function parseMapping(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return asMapping(JSON.parse(text)) ?? null;
  } catch {
    return null;
  }
}
