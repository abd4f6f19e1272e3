/** Hints are complete sentences (CONTRIBUTING.md, "Language"): they start with a capital letter and end with a full stop. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../../src');

function isText(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

/** Texts that are the hint of a UsageError, or of a property `hint`. */
function hintsIn(source: ts.SourceFile): string[] {
  const hints: string[] = [];
  const visit = (node: ts.Node): void => {
    const hint =
      ts.isNewExpression(node) && node.expression.getText(source) === 'UsageError'
        ? node.arguments?.[1]
        : ts.isPropertyAssignment(node) && node.name.getText(source) === 'hint'
          ? node.initializer
          : undefined;
    if (hint !== undefined && isText(hint)) hints.push(hint.getText(source).slice(1, -1));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return hints;
}

it('every hint is a sentence', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const hints = files.flatMap((name) =>
    hintsIn(ts.createSourceFile(name, readFileSync(join(root, name), 'utf8'), ts.ScriptTarget.Latest)).map(
      (hint) => `${name}: ${hint}`,
    ),
  );
  expect(hints.length).toBeGreaterThan(100);
  expect(hints.filter((hint) => !/^\S+: [^a-z].*[.?]$/s.test(hint))).toEqual([]);
});
