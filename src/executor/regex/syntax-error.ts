/** What is wrong with a pattern, and where (a character position). */
export class RegexSyntaxError extends Error {
  override readonly name = 'RegexSyntaxError';

  constructor(message: string, at: number) {
    super(`${message} (at position ${at})`);
  }
}
