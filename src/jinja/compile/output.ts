import { locate, type Position } from '../errors.js';
import { spend } from '../limits.js';
import { writeTraced } from '../runtime/buffer.js';
import type { Expr, Output, TemplateData } from '../parser/nodes.js';
import { str } from '../values/show.js';
import { Undefined } from '../values/undefined.js';
import { asConst, attempt } from './as-const.js';
import { LARGEST_CONSTANT, noteLavaFilters } from './fold.js';
import { placeOf, type Run, type Scope, type Unit } from './scope.js';

/** Runs `step` only while the template has not extended another. */
export function unlessExtended(step: Run): Run {
  return (frame, out) => {
    let root = frame;
    while (root.parent !== null) root = root.parent;
    if (root.extended === null) step(frame, out);
  };
}

/** Text and printed values. */
export function compileOutput(unit: Unit, node: Output, scope: Scope, steps: Run[]): void {
  if (scope.checksOutput && unit.hasKnownExtends) return;
  for (const part of node.parts) {
    const step = part.typename === 'TemplateData' ? compileData(unit, part) : compilePrint(unit, part, scope);
    steps.push(scope.checksOutput ? unlessExtended(step) : step);
  }
}

function compileData(unit: Unit, node: TemplateData): Run {
  const { text } = node;
  if (!unit.isTracing) {
    return (_frame, out) => {
      out.write(text);
    };
  }
  const lines = text.split(/(?<=\n)/);
  return (_frame, out) => {
    lines.forEach((line, index) => {
      out.from?.(unit.file, node.lineno + index);
      out.write(line);
    });
  };
}

function compilePrint(unit: Unit, node: Expr, scope: Scope): Run {
  const place = placeOf(unit, node);
  const constant = scope.isVolatile ? undefined : printedConst(node, place);
  if (constant !== undefined) noteLavaFilters(unit, node);
  const value = constant === undefined ? unit.expression(node, scope) : () => constant;
  const { isTracing } = unit;
  return (frame, out) => {
    try {
      spend();
      if (isTracing) frame.context.run.trace?.forgetLast();
      const printed = value(frame);
      if (typeof printed === 'string') {
        if (isTracing) writeTraced(frame.context.run, out, printed, unit.file, node.lineno);
        else out.write(printed);
        return;
      }
      if (isTracing) out.from?.(unit.file, node.lineno);
      if (printed instanceof Undefined) frame.context.run.printsUndefined(printed, place);
      out.write(str(printed));
    } catch (error) {
      throw locate(error, place);
    }
  };
}

/** A constant as it is printed; large or unprintable ones are handled when they are reached. */
function printedConst(node: Expr, place: Position): string | Undefined | undefined {
  try {
    return attempt(() => {
      const value = asConst(node);
      if (value === undefined || value instanceof Undefined) return value;
      const text = str(value);
      return text.length > LARGEST_CONSTANT ? undefined : text;
    });
  } catch (error) {
    throw locate(error, place);
  }
}
