/** A problem in a pattern, and its position in characters. */
export class RegexSyntaxError extends Error {
  override readonly name = 'RegexSyntaxError';

  /** @param at undefined if it concerns the whole pattern */
  constructor(
    message: string,
    at: number | undefined,
    readonly hint?: string,
  ) {
    super(at === undefined ? message : `${message} (at position ${at})`);
  }
}
