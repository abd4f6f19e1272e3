/** Whether a value of {@link parseYaml} is a mapping; dates and bytes are not. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** The value if it is a mapping, otherwise undefined. */
export function asMapping(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isMapping(value) ? value : undefined;
}
