import { readHardware, type Hardware } from './hardware.js';
import { findJoinedTexts, type JoinedTexts } from './missing-comma.js';
import { findRepeatedKeys, type RepeatedKey } from './repeated-keys.js';
import { readLiteral, type Literal } from './read-literal.js';
import { scanTags } from './scan-tags.js';
import { findStrayText } from './stray-text.js';
import { readUses, type SetVariable } from './variables.js';

/** A reference from one template to another; `name` is null if it is computed, and so known only during rendering. */
export interface TemplateReference {
  readonly kind: 'extends' | 'include' | 'import';
  readonly name: string | null;
  /** `ignore missing`: the template may be missing. */
  readonly optional: boolean;
  /** Index in the template's text. */
  readonly at: number;
}

/** Facts that can be read from the text of a template or dictionary without rendering it. */
export interface TemplateFacts {
  readonly references: readonly TemplateReference[];
  /** The value of the first `{% set sync_to_lava = ... %}`, as in LAVA. */
  readonly sync: Literal | null;
  /** Index of the second `{% set sync_to_lava = ... %}`, which LAVA does not read; null if there is none. */
  readonly secondSync: number | null;
  readonly sets: readonly SetVariable[];
  /** Names of variables that it may read, and other words; without `sync_to_lava`, which LAVA reads. */
  readonly reads: ReadonlySet<string>;
  /** Index of the first text that is not rendered because it is outside of all blocks and the template extends another. */
  readonly stray: number | null;
  /** Resources that only one board can have. A variable that is set twice counts twice. */
  readonly hardware: readonly Hardware[];
  /** String literals that follow each other, so that Jinja2 joins them. */
  readonly joined: readonly JoinedTexts[];
  readonly repeatedKeys: readonly RepeatedKey[];
}

/** Reads the facts of a template or dictionary. Accepts any text and never throws. */
export function readTemplateFacts(text: string): TemplateFacts {
  const references: TemplateReference[] = [];
  let sync: Literal | null = null;
  let secondSync: number | null = null;
  const hardware: Hardware[] = [];
  const tags = scanTags(text);
  for (const tag of tags) {
    if (tag.kind === 'output') continue;
    const [keyword = '', lead = '', word = ''] = /^([-+]?\s*)([a-z]+)\b/.exec(tag.text) ?? [];
    const at = tag.start + lead.length;
    const rest = tag.text.slice(keyword.length);
    if (word === 'extends') references.push(reference('extends', rest, at));
    else if (word === 'include') references.push(reference('include', rest, at));
    else if (word === 'import' || word === 'from') references.push(reference('import', rest, at));
    else if (word === 'set') {
      const target = /^\s*sync_to_lava\s*=\s*/.exec(rest);
      if (target !== null && sync !== null) secondSync ??= at;
      else if (target !== null) sync = readLiteral(tag.text, keyword.length + target[0].length, tag.start);
      hardware.push(...readHardware(tag.text, tag.start));
    }
  }
  const stray = findStrayText(text, tags);
  return {
    references,
    sync,
    secondSync,
    hardware,
    joined: findJoinedTexts(tags),
    repeatedKeys: findRepeatedKeys(tags),
    stray,
    ...readUses(tags),
  };
}

function reference(kind: TemplateReference['kind'], rest: string, at: number): TemplateReference {
  const literal = /^\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*(.*)$/s.exec(rest);
  const after = (literal?.[3] ?? '').replace(/[-+]$/, '').trim();
  const plain =
    kind === 'extends'
      ? after === ''
      : /^(as\b|import\b|ignore missing\b|with(out)? context\b|$)/.test(after);
  return {
    kind,
    name: literal !== null && plain ? (literal[1] ?? literal[2] ?? '') : null,
    optional: /\bignore\s+missing\b/.test(rest),
    at,
  };
}
