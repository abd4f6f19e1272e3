import { leave, locate, Raised } from '../errors.js';
import { deeper } from '../limits.js';
import type { Block, Extends } from '../parser/nodes.js';
import { visibleLocals } from './imports.js';
import { unlessExtended } from './output.js';
import { placeOf, type Run, type Scope, type Unit } from './scope.js';

/** A second `extends` after one that certainly runs: nothing after it is compiled, as in Jinja2. */
export class EndOfTemplate extends Error {}

/** `{% extends %}`. */
export function compileExtends(unit: Unit, node: Extends, scope: Scope, steps: Run[]): void {
  const place = placeOf(unit, node);
  if (!scope.isTop) {
    const error = new Raised('TemplateAssertionError', 'cannot use extend from a non top-level scope');
    error.place = place;
    throw error;
  }
  if (unit.extendsSeen > 0) {
    const isSure = unit.hasKnownExtends;
    steps.push((frame) => {
      if (!isSure && frame.extended === null) return;
      throw locate(new Raised('TemplateRuntimeError', 'extended multiple times'), place);
    });
    if (isSure) throw new EndOfTemplate();
  }
  const template = unit.expression(node.template, scope);
  steps.push((frame) => {
    try {
      const { context } = frame;
      frame.extended = context.run.template(template(frame));
      frame.extendedAt = place;
      for (const [name, block] of frame.extended.blocks) {
        const stack = context.blocks.get(name);
        if (stack === undefined) context.blocks.set(name, [block]);
        else stack.push(block);
      }
    } catch (error) {
      throw locate(error, place);
    }
  });
  if (scope.isRoot) unit.hasKnownExtends = true;
  unit.extendsSeen++;
}

/** The place of a block. */
export function compileBlockCall(unit: Unit, node: Block, scope: Scope, steps: Run[]): void {
  if (scope.isTop && unit.hasKnownExtends) return;
  const { name, required } = node;
  const place = placeOf(unit, node);
  const locals = node.scoped ? visibleLocals(scope) : null;
  const step: Run = (frame, out) => {
    try {
      const { context } = frame;
      const stack = context.blocks.get(name);
      if (required && (stack?.length ?? 0) <= 1) {
        throw new Raised('TemplateRuntimeError', `Required block '${name}' not found`);
      }
      const inner = locals === null ? context : context.derived(context.allWith(locals(frame)));
      deeper(() => stack?.[0]?.(inner, out));
    } catch (error) {
      throw leave(error, place);
    }
  };
  steps.push(scope.isTop && unit.extendsSeen > 0 ? unlessExtended(step) : step);
}
