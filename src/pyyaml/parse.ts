import { findUnprintable } from './characters.js';
import { compose } from './composer.js';
import { construct, constructPython, constructTexts } from './construct.js';
import { YamlFailure } from './failure.js';
import type { YamlNode } from './nodes.js';

/** The first problem of a text; line and column count from 1. */
export interface YamlProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  /** The text may be YAML, but exceeds a limit of this reader. */
  readonly isLimit: boolean;
}

export type ParsedYaml =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: YamlProblem };

/** A problem as one text: `line 3: ...`. */
export function formatYamlProblem({ line, message }: YamlProblem): string {
  return `line ${line}: ${message}`;
}

/** PyYAML has no such limit; real configurations and jobs are far smaller. */
export const mostCharacters = 1024 * 1024;

/**
 * The value of a YAML text as LAVA reads it: PyYAML's SafeLoader over libyaml 0.2.5 (Debian 11 to 13), which is YAML 1.1
 * with additional rules. An empty text is null. Keys are strings, dates are Dates, large ints are rounded. docs/pyyaml.md
 * lists what is rejected although PyYAML accepts it.
 */
export function parseYaml(text: string): ParsedYaml {
  return parseWith(construct, text);
}

/** As {@link parseYaml}, but every scalar is the text that is written, such as `yes` or `010`, and an empty one is ''. */
export function parseYamlTexts(text: string): ParsedYaml {
  return parseWith(constructTexts, text);
}

/** As {@link parseYaml}, without loss: see `python-values.ts`. */
export function parsePython(text: string): ParsedYaml {
  return parseWith(constructPython, text);
}

function parseWith(make: (node: YamlNode) => unknown, text: string): ParsedYaml {
  if (text.length > mostCharacters) {
    return { ok: false, problem: problemAt(text, 0, `it has more than ${mostCharacters} characters`, true) };
  }
  const unprintable = findUnprintable(text);
  if (unprintable >= 0)
    return { ok: false, problem: problemAt(text, unprintable, 'a character that cannot be printed') };
  try {
    const node = compose(text);
    return { ok: true, value: node === null ? null : make(node) };
  } catch (error) {
    if (!(error instanceof YamlFailure)) throw error;
    return { ok: false, problem: problemAt(text, error.at, error.message, error.isLimit) };
  }
}

function problemAt(text: string, at: number, message: string, isLimit = false): YamlProblem {
  const before = text.slice(0, at).split('\n');
  return { message, line: before.length, column: (before.at(-1) ?? '').length + 1, isLimit };
}
