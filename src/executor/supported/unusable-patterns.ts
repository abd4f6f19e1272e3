import { problemAt, type Block, type BootBlock, type JobProblem, type TestBlock } from '../../job/index.js';
import { findPatternError } from '../regex/regex.js';

type At = JobProblem['at'];
/** A pattern, and its place in the block. */
type PlacedPattern = readonly [place: At, pattern: string];

/** Returns every pattern of a block that the executor's pattern matcher does not support. */
export function unusablePatterns(block: Block, at: At): JobProblem[] {
  return patternsOf(block).flatMap(([place, pattern]) => {
    const error = findPatternError(pattern);
    if (error === undefined) return [];
    return [problemAt([...at, ...place], `not a supported regular expression: ${error.message}`, error.hint)];
  });
}

function patternsOf(block: Block): readonly PlacedPattern[] {
  if (block.kind === 'boot') return bootPatterns(block);
  return block.kind === 'test' ? testPatterns(block) : [];
}

function bootPatterns({
  prompts = [],
  autoLogin,
  failureMessage,
  shutdownMessage,
}: BootBlock): PlacedPattern[] {
  return [
    ...numbered(['prompts'], prompts),
    ...optional(['auto_login', 'login_prompt'], autoLogin?.loginPrompt),
    ...optional(['auto_login', 'password_prompt'], autoLogin?.password?.prompt),
    ...optional(['failure_message'], failureMessage),
    ...optional(['parameters', 'shutdown-message'], shutdownMessage),
  ];
}

function testPatterns({ test }: TestBlock): PlacedPattern[] {
  switch (test.how) {
    case 'interactive':
      return test.scripts.flatMap(({ prompts, commands }, index) => [
        ...numbered(['interactive', index, 'prompts'], prompts),
        ...commands.flatMap(({ successes, failures }, line) => {
          const place: At = ['interactive', index, 'script', line];
          return [
            ...messages([...place, 'successes'], successes),
            ...messages(
              [...place, 'failures'],
              failures.map(({ message }) => message),
            ),
          ];
        }),
      ]);
    case 'monitors':
      return test.monitors.flatMap(({ start, end, pattern }, index): PlacedPattern[] => [
        [['monitors', index, 'start'], start],
        [['monitors', index, 'end'], end],
        [['monitors', index, 'pattern'], pattern],
      ]);
    case 'definitions':
      return test.definitions.flatMap((definition, index) =>
        definition.from === 'inline'
          ? optional(['definitions', index, 'repository', 'parse', 'pattern'], definition.pattern)
          : [],
      );
  }
}

function numbered(place: At, patterns: readonly string[]): PlacedPattern[] {
  return patterns.map((pattern, index) => [[...place, index], pattern]);
}

function messages(place: At, patterns: readonly string[]): PlacedPattern[] {
  return patterns.map((pattern, index) => [[...place, index, 'message'], pattern]);
}

function optional(place: At, pattern: string | undefined): PlacedPattern[] {
  return pattern === undefined ? [] : [[place, pattern]];
}
