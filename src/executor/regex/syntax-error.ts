/** A problem in a pattern, and its position in characters. */
export class RegexSyntaxError extends Error {
  override readonly name = 'RegexSyntaxError';

  constructor(message: string, at: number) {
    super(`${message} (at position ${at})`);
  }
}
