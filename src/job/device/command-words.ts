/**
 * Commands of a device are programs with arguments. LAVA splits them into words (`shlex.split` in `Action.run_cmd`, pexpect
 * for consoles, all releases) and starts the first word. No shell interprets `;`, `&&`, `|` or `>`.
 */

/** A word of a command, and whether quotes or backslashes are part of its source. */
interface Word {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** Words that only a shell interprets: separators, pipes and redirections. */
const operator = /^(?:;;?|&&?|\|[|&]?|[0-9]*>>?.*|&>>?.*|<{1,3})$|^[^;].*;$/;

/** Programs that pass their arguments to a shell elsewhere. */
const remoteShells = new Set(['adb', 'dbclient', 'rsh', 'ssh']);

/**
 * What a command contains that LAVA does not interpret.
 * @returns the operator of a shell, or the quote that is never closed; null if the command is as it should be
 */
export function findShellSyntax(
  command: string,
): { readonly kind: 'operator' | 'open-quote'; readonly text: string } | null {
  if (!/[;&|<>'"\\]/.test(command)) return null;
  const { words, openQuote } = split(command);
  if (openQuote !== null) return { kind: 'open-quote', text: openQuote };
  for (const { text, isQuoted } of words) {
    if (remoteShells.has(text.slice(text.lastIndexOf('/') + 1))) return null;
    if (!isQuoted && operator.test(text)) return { kind: 'operator', text };
  }
  return null;
}

/** The words of a command as LAVA splits it; null if a quote is never closed. */
export function wordsOf(command: string): string[] | null {
  const { words, openQuote } = split(command);
  return openQuote === null ? words.map(({ text }) => text) : null;
}

/** The words of a command, by the rules of Python's `shlex.split`. */
function split(command: string): { readonly words: readonly Word[]; readonly openQuote: string | null } {
  const words: Word[] = [];
  const source = /\s+|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)|(['"\\])/g;
  let text = '';
  let isQuoted = false;
  let isInWord = false;
  const end = () => {
    if (isInWord) words.push({ text, isQuoted });
    text = '';
    isQuoted = isInWord = false;
  };
  for (const [whole, single, double, escaped, plain, open] of command.matchAll(source)) {
    if (open !== undefined) return { words, openQuote: open };
    const part = single ?? double?.replaceAll(/\\(["\\])/g, '$1') ?? escaped ?? plain;
    if (part === undefined) {
      end();
      continue;
    }
    text += part;
    isInWord = true;
    if (plain === undefined || whole !== plain) isQuoted = true;
  }
  end();
  return { words, openQuote: null };
}
