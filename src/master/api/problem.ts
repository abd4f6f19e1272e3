/** An error response: its status and the text of `detail`, which never contains a stack trace or a secret. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';

  constructor(
    readonly status: number,
    readonly detail: string,
    /** The whole body, where LAVA does not use `{"detail": ...}`. */
    readonly body: Readonly<Record<string, unknown>> = { detail },
  ) {
    super(detail);
  }
}

export function notFound(): HttpProblem {
  return new HttpProblem(404, 'Not found.');
}
