/** An answer that is not the one asked for: status and the text of `detail`. Never with a stack or a secret. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';

  constructor(
    readonly status: number,
    readonly detail: string,
    /** The whole answer, where LAVA has another form than `{"detail": ...}`. */
    readonly body: Readonly<Record<string, unknown>> = { detail },
  ) {
    super(detail);
  }
}

export function notFound(): HttpProblem {
  return new HttpProblem(404, 'Not found.');
}
