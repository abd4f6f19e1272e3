/** Stops the reading of a text; caught where reading began. `at` is an index into the text. */
export class YamlFailure extends Error {
  constructor(
    message: string,
    readonly at: number,
    /** It may be YAML, but it is more than is read. */
    readonly isLimit = false,
  ) {
    super(message);
  }
}
