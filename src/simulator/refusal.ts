/** What LAVA answers to a request that it does not do. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    /** HTTP's codes; XML-RPC faults have the same. */
    readonly status: number,
    message: string,
    /** The whole REST answer, where it is not `{"detail": ...}`. */
    readonly body: unknown = { detail: message },
  ) {
    super(message);
  }
}

/** A bug or an unexpected case in LAVA: HTTP 500, or the fault -32603. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

export function notFound(): Refusal {
  return new Refusal(404, 'Not found.');
}

/** REST's way to say what is wrong with one field. */
export function invalid(field: string, message: string): Refusal {
  return new Refusal(400, message, { [field]: [message] });
}
