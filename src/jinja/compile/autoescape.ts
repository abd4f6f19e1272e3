import { locate, unsupportedError } from '../errors.js';
import type { Autoescape } from '../parser/nodes.js';
import { isTrue } from '../values/truth.js';
import { asConst } from './as-const.js';
import { findSymbols } from './find-symbols.js';
import { entry, exit, innerScope, placeOf, type Run, type Scope, type Unit } from './scope.js';

/** `{% autoescape %}`, which can only turn escaping off. */
export function compileAutoescape(unit: Unit, node: Autoescape, outer: Scope): Run {
  const isVolatile = outer.isVolatile || asConst(node.enabled) === undefined;
  const scope = innerScope(outer, { isVolatile, isFolded: isVolatile });
  findSymbols(scope.symbols, [node.enabled, ...node.body]);
  const enabled = unit.expression(node.enabled, scope);
  const enter = entry(scope);
  const body = unit.body(node.body, scope);
  const leaveScope = exit(scope);
  const place = placeOf(unit, node);
  return (frame, out) => {
    enter?.(frame);
    if (isTrue(enabled(frame))) {
      const error = unsupportedError(
        'automatic escaping is not supported',
        'Use the filter `escape` where it is needed.',
      );
      throw locate(error, place);
    }
    body(frame, out);
    leaveScope?.(frame);
  };
}
