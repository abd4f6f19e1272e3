import { compose } from './composer.js';
import { YamlFailure } from './failure.js';
import { corePrefix, type YamlNode } from './nodes.js';
import { mostCharacters } from './parse.js';
import { resolveScalar } from './resolve.js';

/** A text without quotes that YAML ends before ` #`, and that seems to go on there. */
export interface CutText {
  /** Index of the `#`. */
  readonly at: number;
  /** Counted from 1. */
  readonly line: number;
  /** The value that YAML reads. */
  readonly value: string;
  /** What YAML reads as a comment, from the `#` on. */
  readonly rest: string;
}

/**
 * Finds the texts of a YAML document that are probably cut off at ` #`. An ordinary comment has a blank after the `#`. A
 * text goes on if a quotation mark or bracket is still open, if a number follows the `#` (outlet #3), or if a word follows
 * it after several words.
 * @param isMeant whether a line is known to be one text, whatever it looks like
 */
export function findCutTexts(text: string, isMeant: (line: string) => boolean = () => false): CutText[] {
  const found: CutText[] = [];
  let start = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const cut = line.includes(' #') || line.includes('\t#') ? cutIn(line, isMeant) : undefined;
    if (cut !== undefined) {
      found.push({
        at: start + cut.at,
        line: index + 1,
        value: cut.value,
        rest: line.slice(cut.at).trimEnd(),
      });
    }
    start += line.length + 1;
  }
  // A line may be inside a block or a quoted string, which only the whole text shows.
  if (found.length === 0 || text.length > mostCharacters) return [];
  const plain = plainTexts(text);
  return found.filter(
    ({ at, value }) => plain.get(text.slice(0, at).trimEnd().length - value.length) === value,
  );
}

/** The indicators that may precede a value in its line: items of lists, and a key. */
const lead = /^\s*(?:- +)*(?:(?:(?:"[^"]*"|'[^']*')\s*|[^\s"'#[\]{},&*!|>%@`-][^#]*?):[ \t]+)?(?:- +)*/;

function cutIn(
  line: string,
  isMeant: (line: string) => boolean,
): { readonly at: number; readonly value: string } | undefined {
  const begin = lead.exec(line)?.[0].length ?? 0;
  const mark = /[ \t]#/.exec(line.slice(begin));
  if (mark === null) return undefined;
  const at = begin + mark.index + 1;
  const value = line.slice(begin, at).trimEnd();
  if (value === '' || /^["'[{&*!|>%@`#]/.test(value) || resolveScalar(value) !== `${corePrefix}str`)
    return undefined;
  return isMeant(line) || goesOn(value, line.slice(at + 1)) ? { at, value } : undefined;
}

function goesOn(value: string, rest: string): boolean {
  if (/^\d/.test(rest)) return true;
  if (/^[A-Za-z]/.test(rest) && /\S\s+\S/.test(value)) return true;
  const count = (pattern: RegExp): number => value.match(pattern)?.length ?? 0;
  const isOpen =
    count(/"/g) % 2 === 1 || count(/(?<![A-Za-z0-9])'|'(?![A-Za-z0-9])/g) % 2 === 1 || count(/`/g) % 2 === 1;
  return isOpen || count(/\(/g) > count(/\)/g);
}

/** The scalars of a text that are written as they are read, by index. */
function plainTexts(text: string): Map<number, string> {
  const texts = new Map<number, string>();
  const seen = new Set<YamlNode>();
  const visit = (node: YamlNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'list') for (const item of node.items) visit(item);
    else if (node.kind === 'mapping') for (const [, value] of node.pairs) visit(value);
    else if (text.startsWith(node.text, node.at)) texts.set(node.at, node.text);
  };
  const root = composeOrNull(text);
  if (root !== null) visit(root);
  return texts;
}

function composeOrNull(text: string): YamlNode | null {
  try {
    return compose(text);
  } catch (error) {
    if (error instanceof YamlFailure) return null;
    throw error;
  }
}
