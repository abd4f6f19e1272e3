/** LAVA's response to a request that it rejects. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    /** The HTTP status; XML-RPC faults use the same codes. */
    readonly status: number,
    message: string,
    /** The complete REST response, if it is not `{"detail": ...}`. */
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

/** REST's error format for one field. */
export function invalid(field: string, message: string): Refusal {
  return new Refusal(400, message, { [field]: [message] });
}
