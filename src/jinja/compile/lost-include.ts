import { unsupportedError, type Raised } from '../errors.js';
import { children, type AnyNode } from '../parser/nodes.js';

/**
 * Jinja2 3.1 writes an include without context to the output instead of the block whose text is being collected. A macro
 * or recursive loop that contains one returns a generator instead of its text.
 */
export function lostInclude(): Raised {
  return unsupportedError(
    'Jinja2 loses the text of an include without context in a macro, a set, filter or call block or a recursive loop',
    'Include with context, or import a macro.',
  );
}

/** Whether a macro or recursive loop with this body is affected by that bug. */
export function losesText(body: readonly AnyNode[]): boolean {
  return body.some((node) => {
    if (node.typename === 'Include') return !node.withContext;
    const isFunction =
      node.typename === 'Macro' ||
      node.typename === 'CallBlock' ||
      (node.typename === 'For' && node.recursive);
    return !isFunction && losesText(children(node));
  });
}
