/** No rejection that a person should read is longer; a server may send megabytes. */
const mostChars = 4_000;

/** The reasons of a master, one per line, as one sentence. What is left out is counted. */
export function joinReasons(text: string): string {
  const said = text.trim().replaceAll(/\s*\n\s*/g, '; ');
  if (said.length <= mostChars) return said;
  return `${said.slice(0, mostChars)}… (${said.length - mostChars} more characters)`;
}
