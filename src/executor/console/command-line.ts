/**
 * Splits a command into words like a shell: blanks separate words, and single quotes, double quotes and backslashes protect
 * characters. Expands nothing.
 * @throws SyntaxError when a quote is not closed
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
  if (quote !== undefined) throw new SyntaxError(`${quote} is not closed in: ${command}`);
  if (word !== undefined) words.push(word);
  return words;
}

/** Puts a word in single quotes for a shell if necessary. */
export function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}
