import { spend } from '../limits.js';
import type { If, With } from '../parser/nodes.js';
import { isTrue } from '../values/truth.js';
import { compileTarget } from './assign.js';
import { findSymbols } from './find-symbols.js';
import { entry, exit, innerScope, softScope, type Run, type Scope, type Unit } from './scope.js';

/** `{% if %}`. */
export function compileIf(unit: Unit, node: If, outer: Scope): Run {
  const scope = softScope(outer);
  const branches = [node, ...node.elifs].map((branch) => ({
    test: unit.expression(branch.test, scope),
    body: unit.body(branch.body, scope),
  }));
  const otherwise = unit.body(node.otherwise, scope);
  return (frame, out) => {
    spend();
    for (const { test, body } of branches) {
      if (isTrue(test(frame))) {
        body(frame, out);
        return;
      }
    }
    otherwise(frame, out);
  };
}

/** `{% with %}`. */
export function compileWith(unit: Unit, node: With, outer: Scope): Run {
  const scope = innerScope(outer);
  findSymbols(scope.symbols, [...node.targets, ...node.body]);
  const values = node.values.map((value) => unit.expression(value, outer));
  const targets = node.targets.map((target) => compileTarget(unit, target, scope));
  const enter = entry(scope);
  const body = unit.body(node.body, scope);
  const leaveScope = exit(scope);
  return (frame, out) => {
    enter?.(frame);
    targets.forEach((target, index) => {
      const value = values[index]?.(frame);
      if (value !== undefined) target(frame, value);
    });
    body(frame, out);
    leaveScope?.(frame);
  };
}
