import type { Client, Place } from './client.js';
import { createOnce } from './create-once.js';

/** A remark at a line of a file. */
export interface CheckAnnotation {
  readonly path: string;
  readonly line: number;
  readonly column?: number;
  readonly level: 'failure' | 'warning' | 'notice';
  readonly title: string;
  readonly text: string;
}

/** A check run: the judgement of a commit, as a branch rule can require it. */
export interface Check {
  readonly name: string;
  /** Full commit ID. */
  readonly commit: string;
  readonly conclusion: 'success' | 'failure' | 'neutral' | 'action_required';
  /** One line. */
  readonly title: string;
  /** Markdown, at most 65,535 characters. */
  readonly summary: string;
  readonly annotations: readonly CheckAnnotation[];
  /** Identifies the attempt to write it: the same text never writes two. */
  readonly attemptId: string;
  readonly detailsUrl?: string;
}

/** What GitHub accepts in one request. */
const batchSize = 50;

/**
 * Writes a check run with all of its annotations; it is complete after the last batch. GitHub shows the latest check run of a
 * name.
 * @returns the address of its page
 * @throws ExternalError
 */
export async function writeCheck(client: Client, place: Place, check: Check): Promise<string | null> {
  const { name, commit, attemptId, detailsUrl } = check;
  const what = `write the check ${name} of ${commit.slice(0, 12)}`;
  const batches = batchesOf(check.annotations.map(toGitHub));
  const output = { title: check.title, summary: check.summary };
  const done = { status: 'completed', conclusion: check.conclusion } as const;
  const stateAfter = (index: number) =>
    index === batches.length - 1 ? done : ({ status: 'in_progress' } as const);
  const created = await createOnce<{ readonly id: number; readonly html_url: string | null }>(
    client,
    what,
    async ({ rest }, request) => {
      const { data } = await rest.checks.create({
        ...place,
        name,
        head_sha: commit,
        external_id: attemptId,
        ...(detailsUrl === undefined ? {} : { details_url: detailsUrl }),
        ...stateAfter(0),
        output: { ...output, annotations: batches[0] ?? [] },
        request,
      });
      return data;
    },
    () =>
      client.attempt(what, async ({ rest, paginate }) => {
        const runs = await paginate(rest.checks.listForRef, {
          ...place,
          ref: commit,
          check_name: name,
          filter: 'all',
          per_page: 100,
        });
        return runs.find(({ external_id }) => external_id === attemptId) ?? null;
      }),
  );
  for (const [index, annotations] of batches.entries()) {
    if (index === 0) continue;
    // Annotations are appended, so a batch must not be sent twice: a failure ends the run, and the next one writes a new check.
    await client.attempt(what, ({ rest }) =>
      rest.checks.update({
        ...place,
        check_run_id: created.id,
        ...stateAfter(index),
        output: { ...output, annotations },
        request: { retries: 0 },
      }),
    );
  }
  return created.html_url;
}

function batchesOf<T>(items: readonly T[]): T[][] {
  const batches: T[][] = [];
  for (let start = 0; start < items.length; start += batchSize)
    batches.push(items.slice(start, start + batchSize));
  return batches.length === 0 ? [[]] : batches;
}

function toGitHub({ path, line, column, level, title, text }: CheckAnnotation) {
  const columns = column === undefined ? {} : { start_column: column, end_column: column };
  return {
    path,
    start_line: line,
    end_line: line,
    ...columns,
    annotation_level: level,
    title: title.slice(0, 255),
    message: text,
  };
}
