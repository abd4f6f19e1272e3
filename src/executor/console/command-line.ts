/**
 * Splits a command as a shell would split it, without being a shell: blanks separate, single and double quotes and
 * backslashes protect, nothing is expanded. Throws SyntaxError for a quote that is not closed.
 */
export function splitCommand(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < command.length; at += 1) {
    const char = command[at] ?? '';
    if (quote !== undefined) {
      const next = command[at + 1] ?? '';
      if (char === quote) quote = undefined;
      else if (char === '\\' && quote === '"' && '"\\$`\n'.includes(next) && next !== '') {
        word = `${word ?? ''}${next}`;
        at += 1;
      } else word = `${word ?? ''}${char}`;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === '\\' && at + 1 < command.length) {
      at += 1;
      word = `${word ?? ''}${command[at] ?? ''}`;
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = `${word ?? ''}${char}`;
    }
  }
  if (quote !== undefined) throw new SyntaxError(`a ${quote} is not closed in: ${command}`);
  if (word !== undefined) words.push(word);
  return words;
}

/** Puts a word into single quotes for a shell, when it needs them. */
export function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}
