import { leave, Raised } from '../errors.js';
import { deeper } from '../limits.js';
import { descendants, type Block, type TemplateNode } from '../parser/nodes.js';
import { superOf, TemplateReference } from '../runtime/blocks.js';
import { Frame, type Body, type CompiledTemplate } from '../runtime/context.js';
import { findSymbols, findUndeclared } from './find-symbols.js';
import { entry, placeOf, rootScope, writer, type Unit } from './scope.js';
import { newUnit } from './unit.js';

/** Turns a tree into functions. Raises TemplateAssertionError for templates that Jinja2 refuses to compile. */
export function compileTemplate(
  node: TemplateNode,
  name: string,
  file: string,
  isTracing: boolean,
): CompiledTemplate {
  const unit = newUnit({ file, name, isTracing });
  const blockNodes = collectBlocks(unit, node);
  const root = compileRoot(unit, node);
  const blocks = new Map<string, Body>();
  for (const block of blockNodes.values()) blocks.set(block.name, compileBlock(unit, block));
  return { name, file, lavaFilters: unit.lavaFilters, root, blocks };
}

function collectBlocks(unit: Unit, node: TemplateNode): Map<string, Block> {
  const blocks = new Map<string, Block>();
  for (const inner of descendants(node)) {
    if (inner.typename !== 'Block') continue;
    if (blocks.has(inner.name)) {
      const error = new Raised('TemplateAssertionError', `block '${inner.name}' defined twice`);
      error.place = placeOf(unit, inner);
      throw error;
    }
    blocks.set(inner.name, inner);
  }
  return blocks;
}

function compileRoot(unit: Unit, node: TemplateNode): Body {
  const extendsAny = hasExtends(node);
  const scope = { ...rootScope(false), checksOutput: extendsAny };
  const usesSelf = findUndeclared(node.body, ['self']).has('self');
  const writeSelf = usesSelf ? writer(scope, scope.symbols.parameter('self')) : null;
  findSymbols(scope.symbols, node.body);
  const enter = entry(scope);
  const body = unit.body(node.body, scope);
  return (context, out) => {
    const frame = new Frame(context, scope.fn.size, null);
    writeSelf?.(frame, new TemplateReference(context));
    enter?.(frame);
    body(frame, out);
    const parent = frame.extended;
    if (parent === null) return;
    try {
      deeper(() => {
        parent.root(context, out);
      });
    } catch (error) {
      throw frame.extendedAt === null ? error : leave(error, frame.extendedAt);
    }
  };
}

function hasExtends(node: TemplateNode): boolean {
  for (const inner of descendants(node)) if (inner.typename === 'Extends') return true;
  return false;
}

function compileBlock(unit: Unit, node: Block): Body {
  const scope = rootScope(true);
  const undeclared = findUndeclared(node.body, ['self', 'super']);
  const writeSelf = undeclared.has('self') ? writer(scope, scope.symbols.parameter('self')) : null;
  const writeSuper = undeclared.has('super') ? writer(scope, scope.symbols.parameter('super')) : null;
  findSymbols(scope.symbols, node.body);
  const enter = entry(scope);
  const body = unit.body(node.body, scope);
  const run: Body = (context, out) => {
    const frame = new Frame(context, scope.fn.size, null);
    writeSelf?.(frame, new TemplateReference(context));
    writeSuper?.(frame, superOf(context, node.name, run));
    enter?.(frame);
    body(frame, out);
  };
  return run;
}
