import type { TemplateSource } from './cache.js';
import { Raised, TemplateError } from './errors.js';
import { DEFAULT_LIMITS, withBudget } from './limits.js';
import { descendants, type Expr, type Stmt, type TemplateNode } from './parser/nodes.js';
import { parseTemplate } from './parser/statements.js';
import type { CompiledTemplate } from './runtime/context.js';
import { textOf } from './values/compare.js';

/** A place in a template; both count from 1. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** An `extends` of a template. */
export interface LiteralExtends extends SourcePosition {
  /** The name, or null if it is not a literal string. */
  readonly template: string | null;
}

/** What is known about a template without rendering it. */
export interface ParsedTemplate {
  /** Names that it extends, includes or imports literally, sorted. */
  readonly dependencies: readonly string[];
  /** Whether there are no other names that are known only when rendering. */
  readonly isComplete: boolean;
  readonly extends: readonly LiteralExtends[];
  readonly blocks: readonly string[];
}

/** A `set` at the top of a template. */
export interface SetDescription extends SourcePosition {
  /** Where the text keys of the dict are, if it is one. */
  readonly keys: ReadonlyMap<string, SourcePosition>;
}

export function dependenciesOf(source: TemplateSource, template: CompiledTemplate): ParsedTemplate {
  const tree = parseTemplate(source.text, source.file);
  const names = new Set<string>();
  let isComplete = true;
  for (const node of descendants(tree)) {
    if (!('template' in node)) continue;
    const literals = literalNames(node.template);
    if (literals === null) isComplete = false;
    else for (const name of literals) names.add(name);
  }
  return {
    dependencies: [...names].sort(),
    isComplete,
    extends: findExtends(tree),
    blocks: [...template.blocks.keys()].sort(),
  };
}

/** The names that an expression certainly evaluates to, or null if only rendering shows them. */
function literalNames(expr: Expr): string[] | null {
  if (expr.typename === 'Const') {
    const text = textOf(expr.value);
    return text === undefined ? null : [text];
  }
  if (expr.typename !== 'List' && expr.typename !== 'Tuple') return null;
  const names = expr.items.map(literalNames);
  return names.includes(null) ? null : names.flatMap((name) => name ?? []);
}

function findExtends(tree: TemplateNode): LiteralExtends[] {
  const found: LiteralExtends[] = [];
  for (const node of descendants(tree)) {
    if (node.typename !== 'Extends') continue;
    const { template } = node;
    const name = template.typename === 'Const' ? textOf(template.value) : undefined;
    found.push({ template: name ?? null, line: node.lineno, column: node.colno });
  }
  return found;
}

/**
 * Every `extends` of a template, anywhere in it, in order. LAVA finds the health check of a device by the only literal
 * `extends` of its dictionary, and finds none if there are more or it is not a literal. Throws
 * TemplateError for a template that cannot be parsed.
 */
export function findLiteralExtends(source: TemplateSource): LiteralExtends[] {
  try {
    return withBudget(
      DEFAULT_LIMITS,
      () => 0,
      () => findExtends(parseTemplate(source.text, source.file)),
    );
  } catch (error) {
    if (!(error instanceof Raised)) throw error;
    throw new TemplateError({
      kind: error.kind,
      message: error.message,
      file: source.file,
      line: error.place?.line ?? 1,
      column: error.place?.column ?? 1,
      chain: [],
      hint: error.hint,
      pythonClass: error.pythonClass,
    });
  }
}

/** Where a variable is set at the top level of a template; the last `set` wins. */
export function describeSet(source: TemplateSource, variable: string): SetDescription | undefined {
  const tree = parseTemplate(source.text, source.file);
  const assignment = tree.body.findLast((statement) => setsVariable(statement, variable));
  if (assignment === undefined) return undefined;
  const keys = new Map<string, SourcePosition>();
  if (assignment.typename === 'Assign' && assignment.value.typename === 'Dict') {
    for (const { key } of assignment.value.pairs) {
      const name = key.typename === 'Const' ? textOf(key.value) : undefined;
      if (name !== undefined) keys.set(name, { line: key.lineno, column: key.colno });
    }
  }
  return { line: assignment.lineno, column: assignment.colno, keys };
}

/** Whether a statement sets the variable. */
export function setsVariable(statement: Stmt, variable: string): boolean {
  if (statement.typename !== 'Assign' && statement.typename !== 'AssignBlock') return false;
  const names = (target: Expr): string[] => {
    if (target.typename === 'Name') return [target.name];
    return target.typename === 'Tuple' ? target.items.flatMap(names) : [];
  };
  return names(statement.target).includes(variable);
}
