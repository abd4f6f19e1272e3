/**
 * The message about a text that YAML cuts off.
 * @param rest what YAML reads as a comment
 */
export function cutMessage(value: string, rest: string): string {
  const shown = value.length > 40 ? `…${value.slice(-40)}` : value;
  return `YAML reads ${JSON.stringify(rest.slice(0, 40))} as a comment, so the value is only ${JSON.stringify(shown)}`;
}
