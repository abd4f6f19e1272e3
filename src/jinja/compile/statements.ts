import type { Stmt } from '../parser/nodes.js';
import { compileAssign } from './assign.js';
import { compileAutoescape } from './autoescape.js';
import { compileIf, compileWith } from './branches.js';
import { compileAssignBlock, compileCallBlock, compileFilterBlock } from './captures.js';
import { compileFor } from './for.js';
import { compileFromImport, compileImport, compileInclude } from './imports.js';
import { compileBlockCall, compileExtends, EndOfTemplate } from './inheritance.js';
import { compileMacroStatement } from './macro.js';
import { compileOutput } from './output.js';
import type { Run, Scope, Unit } from './scope.js';

/** Turns statements into one function. */
export function compileBody(unit: Unit, body: readonly Stmt[], scope: Scope): Run {
  const steps: Run[] = [];
  try {
    for (const statement of body) compileStatement(unit, statement, scope, steps);
  } catch (error) {
    if (!(error instanceof EndOfTemplate)) throw error;
  }
  const [first, second] = steps;
  if (first === undefined) return () => undefined;
  if (second === undefined) return first;
  return (frame, out) => {
    for (const step of steps) step(frame, out);
  };
}

/** Appends the compiled statement to `steps`. */
function compileStatement(unit: Unit, node: Stmt, scope: Scope, steps: Run[]): void {
  switch (node.typename) {
    case 'Output':
      compileOutput(unit, node, scope, steps);
      return;
    case 'Extends':
      compileExtends(unit, node, scope, steps);
      return;
    case 'Block':
      compileBlockCall(unit, node, scope, steps);
      return;
    case 'If':
      steps.push(compileIf(unit, node, scope));
      return;
    case 'For':
      steps.push(compileFor(unit, node, scope));
      return;
    case 'Macro':
      steps.push(compileMacroStatement(unit, node, scope));
      return;
    case 'CallBlock':
      steps.push(compileCallBlock(unit, node, scope));
      return;
    case 'FilterBlock':
      steps.push(compileFilterBlock(unit, node, scope));
      return;
    case 'With':
      steps.push(compileWith(unit, node, scope));
      return;
    case 'Include':
      steps.push(compileInclude(unit, node, scope));
      return;
    case 'Import':
      steps.push(compileImport(unit, node, scope));
      return;
    case 'FromImport':
      steps.push(compileFromImport(unit, node, scope));
      return;
    case 'Assign':
      steps.push(compileAssign(unit, node, scope));
      return;
    case 'AssignBlock':
      steps.push(compileAssignBlock(unit, node, scope));
      return;
    case 'Autoescape':
      steps.push(compileAutoescape(unit, node, scope));
  }
}
