/** Aborts reading a text; caught where reading started. `at` is an index into the text. */
export class YamlFailure extends Error {
  constructor(
    message: string,
    readonly at: number,
    /** The text may be YAML, but exceeds a limit. */
    readonly isLimit = false,
  ) {
    super(message);
  }
}
