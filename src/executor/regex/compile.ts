import { RegexSyntaxError } from './syntax-error.js';
import { literalPrefix, requiredText } from './plain-text.js';
import type { Program } from './program.js';
import { ProgramWriter } from './program-writer.js';
import type { ParsedRegex } from './tree.js';

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
  const writer = new ProgramWriter();
  writer.add({ op: 'save', slot: 0, next: 1 });
  writer.write(parsed.root);
  writer.add({ op: 'save', slot: 1, next: writer.end + 1 });
  writer.add({ op: 'match' });
  const cost = writer.end * (parsed.groupCount + 1);
  if (cost > maxInstructionsTimesGroups) {
    const groups = parsed.groupCount === 1 ? '1 group' : `${parsed.groupCount} groups`;
    throw new RegexSyntaxError(
      `the pattern is too expensive: ${writer.end} steps and ${groups}`,
      undefined,
      'Use (?:...) for groups whose text is not used, and lower the counts of repeats.',
    );
  }
  return {
    instructions: writer.instructions,
    slotCount: 2 * (parsed.groupCount + 1),
    groupNames: parsed.groupNames,
    prefix: literalPrefix(parsed.root),
    required: requiredText(parsed.root),
  };
}
