import type { Stmt } from '../parser/nodes.js';
import { Frame, type Context } from '../runtime/context.js';
import { Out } from '../runtime/out.js';
import { findSymbols } from './find-symbols.js';
import { entry, rootScope } from './scope.js';
import { newUnit } from './unit.js';

interface Step {
  readonly statement: Stmt;
  readonly execute: () => void;
}

/** Turns the `set`s at the top of a template into steps that can be run one by one over `context`. */
export function compileTopLevelSets(
  statements: readonly Stmt[],
  name: string,
  file: string,
  context: Context,
): Step[] {
  const unit = newUnit({ file, name, isTracing: false });
  const scope = rootScope(false);
  findSymbols(scope.symbols, statements);
  const enter = entry(scope);
  const bodies = statements.map((statement) => ({ statement, body: unit.body([statement], scope) }));
  const frame = new Frame(context, scope.fn.size, null);
  enter?.(frame);
  return bodies.map(({ statement, body }) => ({
    statement,
    execute: () => {
      body(frame, new Out());
    },
  }));
}
