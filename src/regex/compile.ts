import { literalPrefix, requiredText } from './plain-text.js';
import type { Program } from './program.js';
import { ProgramWriter } from './program-writer.js';
import { sizeOf } from './size.js';
import { RegexSyntaxError } from './syntax-error.js';
import type { ParsedRegex } from './tree.js';

/** The start and the end of the match, and the last instruction. */
const framing = 3;

const maxInstructions = 20_000;

/**
 * Bounds for the work per character of the text: each instruction may run once, and those of groups copy the places of all
 * groups.
 */
const maxInstructionsTimesGroups = 50_000;

/**
 * Compiles a parsed pattern to a program that runs in time linear in the text.
 * @throws RegexSyntaxError when the program is too large, or too large for its groups
 */
export function compileRegex(parsed: ParsedRegex): Program {
  checkSize(parsed);
  const writer = new ProgramWriter();
  writer.add({ op: 'save', slot: 0, next: 1 });
  writer.write(parsed.root);
  writer.add({ op: 'save', slot: 1, next: writer.end + 1 });
  writer.add({ op: 'match' });
  return {
    instructions: writer.instructions,
    slotCount: 2 * (parsed.groupCount + 1),
    groupNames: parsed.groupNames,
    prefix: literalPrefix(parsed.root),
    required: requiredText(parsed.root),
  };
}

/**
 * Checks that a pattern can be compiled, without compiling it.
 * @throws RegexSyntaxError when its program is too large, or too large for its groups
 */
export function checkSize({ root, groupCount }: ParsedRegex): void {
  const size = sizeOf(root) + framing;
  if (size > maxInstructions) {
    throw new RegexSyntaxError(
      'the pattern is too large after its repeats are expanded',
      undefined,
      'Lower the counts of repeats.',
    );
  }
  if (size * (groupCount + 1) > maxInstructionsTimesGroups) {
    const groups = groupCount === 1 ? '1 group' : `${groupCount} groups`;
    throw new RegexSyntaxError(
      `the pattern is too expensive: ${size} steps and ${groups}`,
      undefined,
      'Use (?:...) for groups whose text is not used, and lower the counts of repeats.',
    );
  }
}
