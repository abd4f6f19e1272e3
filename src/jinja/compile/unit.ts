import { compileExpression } from './expressions.js';
import type { Unit } from './scope.js';
import { compileBody } from './statements.js';

/** A template to compile. */
export function newUnit(parts: Pick<Unit, 'file' | 'name' | 'isTracing'>): Unit {
  const unit: Unit = {
    ...parts,
    lavaFilters: new Map(),
    extendsSeen: 0,
    hasKnownExtends: false,
    expression: (node, scope) => compileExpression(unit, node, scope),
    body: (body, scope) => compileBody(unit, body, scope),
  };
  return unit;
}
