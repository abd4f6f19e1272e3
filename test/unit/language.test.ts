/**
 * Everything that people read is plain technical English (CONTRIBUTING.md, "Language"). This test rejects the patterns that
 * used to make the texts hard to read. It looks at whole files: documentation, comments, messages, help texts and the sample lab.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What people read. */
const places = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs',
  'schemas',
  'src',
  'test',
  'scripts',
  'examples',
  'lab-config',
  'device-types',
  'device-dictionaries',
  'workers',
  'monitoring',
  '.ci',
  '.github',
];
/** Fixtures are data, and this file and CONTRIBUTING's table quote the patterns. */
const ignored = /^(test\/fixtures|test\/unit\/language\.test\.ts)|\.(key|png|json\.gz)$/;

interface Pattern {
  readonly not: RegExp;
  readonly write: string;
  readonly example: string;
}

const noun =
  'line|page|room|master|subject|change|device|worker|job|run|second|file|template|commit|directory|lab|process|connection|person|kind|field|object';
const program =
  'lavaflow|LAVA|it|which|that|and|file|command|plan|message|hint|option|workflow|lab|schema|release|status|controller|dispatcher|executor|record|page|dictionary|template|git|answer';

const patterns: readonly Pattern[] = [
  {
    not: /(?<!\b[Tt]here )(?<!\b[Hh]ere )\b(?:is|are|was|were) no (?!longer\b|more than\b|different\b|exception\b)[a-z]/,
    write: '"is not a ..."',
    example: 'is no valid name',
  },
  { not: /\b(?:be|being|been) no [a-z]/, write: '"not be a ..."', example: 'must be no link' },
  {
    not: new RegExp(
      `\\bone (?!that\\b|from\\b|in\\b|of\\b|for\\b|to\\b|with\\b|is\\b|on\\b|which\\b|has\\b)[a-z]+ an? (?:${noun})\\b(?! that)`,
    ),
    write: '"one ... per ..."',
    example: 'one fact a line',
  },
  {
    not: /\b(?:whence|anew|therein|thereof|thereby|hitherto)\b/,
    write: '"from where", "again", "so"',
    example: 'read anew',
  },
  { not: /\bat hand\b/, write: '"available"', example: 'template at hand' },
  { not: /\b[Mm]end(?:s|ed|ing)?\b/, write: '"fix"', example: 'mend the file' },
  {
    not: /\b(?:for|to|of|by|from|with) who\b/,
    write: '"for people who ..."',
    example: 'for who changes boards',
  },
  { not: /\b[Ww]hoever\b/, write: '"anyone who ..."', example: 'whoever keeps the lab' },
  {
    not: /\b(?:lies|lie|lay|stands?|stood) (?:in|on|at|above|below|beside|under|there|here)\b(?! for)/,
    write: '"is in", "is stored in"',
    example: 'the token lies in a file',
  },
  {
    not: /\b(?:brings?|brought|bringing) (?:along|one|them|it)\b/,
    write: '"includes"',
    example: 'LAVA brings along',
  },
  { not: /\bsuch that\b/, write: '"so that"', example: 'such that plan is empty' },
  { not: /\bstop(?:s|ped)? to (?!look\b)[a-z]+\b/, write: '"stop ...ing"', example: 'would stop to render' },
  {
    not: /\bit is kept (?:what|where)\b|\bwhere it is kept\b/,
    write: '"is stored"',
    example: 'where it is kept',
  },
  {
    not: /\b(?:be these [a-z]+|that it is like\b|to be like\b)/,
    write: '"serve these", "to imitate"',
    example: 'be these boards',
  },
  { not: /\bfor ever\b/, write: '"forever"', example: 'waits for ever' },
  { not: /\bfor want of\b/, write: '"because ... is missing"', example: 'for want of a type' },
  { not: /\bwithout a word\b/, write: '"silently"', example: 'ignored without a word' },
  {
    not: new RegExp(`\\b(?:${program}) (?:tells|says)\\b`),
    write: '"reports", "specifies", "states"',
    example: 'the lab says',
  },
  {
    not: new RegExp(
      `\\b(?:${program}) takes (?!at most|about|up |over\\b|place|effect|care|part|precedence|long|longer|time|too |more than|less |no |as long|\\d|a (?:few|second|minute|moment|while|long)|several|half|ten|some time|minutes|seconds|milliseconds|hours)`,
    ),
    write: '"accepts", "uses", "acquires"',
    example: 'LAVA takes it',
  },
];

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => (name === 'node_modules' ? [] : filesBelow(join(path, name))));
}

function violationsIn(file: string): string[] {
  const path = relative(root, file);
  if (ignored.test(path)) return [];
  let inTable = false;
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      if (path === 'CONTRIBUTING.md') inTable = line.startsWith('| ');
      if (inTable) return [];
      return patterns
        .filter(({ not }) => not.test(line))
        .map(({ not, write }) => `${path}:${index + 1}: "${not.exec(line)?.[0] ?? ''}": write ${write}`);
    });
}

describe('the language of everything that people read', () => {
  it.each(patterns)('has a pattern that rejects "$example"', ({ not, example }) => {
    expect(example).toMatch(not);
  });

  it.each(places)('is plain English in %s', (place) => {
    expect(filesBelow(join(root, place)).flatMap(violationsIn)).toEqual([]);
  });
});
