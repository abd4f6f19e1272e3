import { leave, locate, Raised, typeError, unsupportedError, type Position } from '../errors.js';
import { deeper, spend } from '../limits.js';
import type {
  Assign,
  AssignBlock,
  Autoescape,
  Block,
  CallBlock,
  Expr,
  Extends,
  FilterBlock,
  If,
  Macro as MacroNode,
  Output,
  Stmt,
  TemplateData,
  With,
} from '../parser/nodes.js';
import type { Frame } from '../runtime/context.js';
import { unpack } from '../runtime/loop.js';
import { Out } from '../runtime/out.js';
import { Markup } from '../values/markup.js';
import { Namespace } from '../values/namespace.js';
import { str } from '../values/show.js';
import { isTrue } from '../values/truth.js';
import { typeName, type Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';
import { compileCall, compileExpression, compileFilter, compileRawName } from './expressions.js';
import { findSymbols } from './find-symbols.js';
import { compileFor } from './for.js';
import { compileFromImport, compileImport, compileInclude, visibleLocals } from './imports.js';
import { compileMacro } from './macro.js';
import {
  entry,
  exit,
  innerScope,
  placeOf,
  softScope,
  writer,
  type Run,
  type Scope,
  type Store,
  type Unit,
} from './scope.js';

/** A second `extends` after one that is sure to run: nothing after it is compiled, as in Jinja2. */
class EndOfTemplate extends Error {}

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

/** Adds what the statement does to `steps`. */
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
      steps.push(compileFor(unit, node, scope, compileBody, compileTarget));
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

/** Runs `step` only while the template has not extended another. */
function unlessExtended(step: Run): Run {
  return (frame, out) => {
    let root = frame;
    while (root.parent !== null) root = root.parent;
    if (root.extended === null) step(frame, out);
  };
}

function compileOutput(unit: Unit, node: Output, scope: Scope, steps: Run[]): void {
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
  const value = compileExpression(unit, node, scope, true);
  const place = placeOf(unit, node);
  const { isTracing } = unit;
  return (frame, out) => {
    try {
      spend();
      const printed = value(frame);
      if (isTracing) out.from?.(unit.file, node.lineno);
      if (typeof printed === 'string') {
        out.write(printed);
        return;
      }
      if (printed instanceof Undefined) frame.context.run.printsUndefined(printed, place);
      out.write(str(printed));
    } catch (error) {
      throw locate(error, place);
    }
  };
}

function compileExtends(unit: Unit, node: Extends, scope: Scope, steps: Run[]): void {
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
  const template = compileExpression(unit, node.template, scope);
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

function compileBlockCall(unit: Unit, node: Block, scope: Scope, steps: Run[]): void {
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

function compileIf(unit: Unit, node: If, outer: Scope): Run {
  const scope = softScope(outer);
  const branches = [node, ...node.elifs].map((branch) => ({
    test: compileExpression(unit, branch.test, scope),
    body: compileBody(unit, branch.body, scope),
  }));
  const otherwise = compileBody(unit, node.otherwise, scope);
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

function compileMacroStatement(unit: Unit, node: MacroNode, scope: Scope): Run {
  const macro = compileMacro(unit, { ...node, name: node.name }, scope, compileBody);
  const ref = scope.symbols.find(node.name);
  const write = ref === undefined ? () => undefined : writer(scope, ref);
  const { name } = node;
  const isExported = scope.isTop;
  return (frame) => {
    const value = macro(frame);
    write(frame, value);
    if (!isExported) return;
    frame.context.vars.set(name, value);
    if (!name.startsWith('_')) frame.context.exported.add(name);
  };
}

function compileCallBlock(unit: Unit, node: CallBlock, scope: Scope): Run {
  const caller = compileMacro(unit, { ...node, name: null }, scope, compileBody);
  const call = compileCall(unit, node.call, scope, caller);
  const place = placeOf(unit, node);
  return (frame, out) => {
    try {
      if (unit.isTracing) out.from?.(unit.file, node.lineno);
      writeText(out, call(frame), place);
    } catch (error) {
      throw locate(error, place);
    }
  };
}

/** What call and filter blocks give has to be text already: Jinja2 joins it without asking for its `str`. */
function writeText(out: Out, value: Value, place: Position): void {
  if (typeof value === 'string') out.write(value);
  else if (value instanceof Markup) out.write(value.text);
  else out.defer(joinError(value, place));
}

function joinError(value: Value, place: Position): Error {
  const error = typeError(`sequence item 0: expected str instance, ${typeName(value)} found`);
  error.place = place;
  return error;
}

function compileFilterBlock(unit: Unit, node: FilterBlock, outer: Scope): Run {
  const scope = innerScope(outer, { isBuffered: true });
  findSymbols(scope.symbols, [...node.body, node.filter]);
  const enter = entry(scope);
  const body = compileBody(unit, node.body, scope);
  const buffers: string[] = [];
  const filter = compileFilter(unit, node.filter, scope, () => buffers.at(-1) ?? '');
  const leaveScope = exit(scope);
  const place = placeOf(unit, node);
  return (frame, out) => {
    enter?.(frame);
    const buffer = new Out();
    body(frame, buffer);
    buffers.push(buffer.take());
    try {
      if (unit.isTracing) out.from?.(unit.file, node.lineno);
      writeText(out, filter(frame), place);
    } catch (error) {
      throw locate(error, place);
    } finally {
      buffers.pop();
    }
    leaveScope?.(frame);
  };
}

function compileWith(unit: Unit, node: With, outer: Scope): Run {
  const scope = innerScope(outer);
  findSymbols(scope.symbols, [...node.targets, ...node.body]);
  const values = node.values.map((value) => compileExpression(unit, value, outer));
  const targets = node.targets.map((target) => compileTarget(unit, target, scope));
  const enter = entry(scope);
  const body = compileBody(unit, node.body, scope);
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

function compileAutoescape(unit: Unit, node: Autoescape, outer: Scope): Run {
  const scope = innerScope(outer);
  findSymbols(scope.symbols, [node.enabled, ...node.body]);
  const enabled = compileExpression(unit, node.enabled, scope);
  const enter = entry(scope);
  const body = compileBody(unit, node.body, scope);
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

/** What a `set` at the top of a template makes visible to blocks, includes and imports. */
function exporter(target: Expr, scope: Scope): ((frame: Frame) => void) | null {
  if (!scope.isTop) return null;
  const names = targetNames(target).map((name) => ({ name, read: compileRawName(name, scope) }));
  if (names.length === 0) return null;
  return (frame) => {
    for (const { name, read } of names) {
      const value = read(frame);
      if (value !== undefined) frame.context.vars.set(name, value);
      if (!name.startsWith('_')) frame.context.exported.add(name);
    }
  };
}

function targetNames(target: Expr): string[] {
  if (target.typename === 'Name') return [target.name];
  return target.typename === 'Tuple' ? target.items.flatMap(targetNames) : [];
}

function compileAssign(unit: Unit, node: Assign, scope: Scope): Run {
  const target = compileTarget(unit, node.target, scope);
  const check = namespaceCheck(unit, node.target, scope);
  const value = compileExpression(unit, node.value, scope);
  const export_ = exporter(node.target, scope);
  const place = placeOf(unit, node);
  return (frame) => {
    try {
      spend();
      check?.(frame);
      target(frame, value(frame));
    } catch (error) {
      throw locate(error, place);
    }
    export_?.(frame);
  };
}

function compileAssignBlock(unit: Unit, node: AssignBlock, outer: Scope): Run {
  const scope = innerScope(outer, { checksOutput: false, isBuffered: true });
  findSymbols(scope.symbols, node.body);
  const enter = entry(scope);
  const body = compileBody(unit, node.body, scope);
  const check = namespaceCheck(unit, node.target, outer);
  const target = compileTarget(unit, node.target, outer);
  const buffers: string[] = [];
  const value =
    node.filter === null ? null : compileFilter(unit, node.filter, scope, () => buffers.at(-1) ?? '');
  const export_ = exporter(node.target, outer);
  const leaveScope = exit(scope);
  const place = placeOf(unit, node);
  return (frame) => {
    enter?.(frame);
    const buffer = new Out();
    body(frame, buffer);
    try {
      check?.(frame);
      buffers.push(buffer.take());
      target(frame, value === null ? buffer.take() : value(frame));
    } catch (error) {
      throw locate(error, place);
    } finally {
      buffers.pop();
    }
    export_?.(frame);
    leaveScope?.(frame);
  };
}

/** Jinja2 looks whether `ns` in `set ns.x = ...` is a namespace before it evaluates the value. */
function namespaceCheck(unit: Unit, target: Expr, scope: Scope): ((frame: Frame) => void) | null {
  if (target.typename !== 'NSRef') return null;
  const read = compileRawName(target.name, scope);
  const place = placeOf(unit, target);
  return (frame) => {
    if (read(frame) instanceof Namespace) return;
    throw locate(
      new Raised('TemplateRuntimeError', 'cannot assign attribute on non-namespace object'),
      place,
    );
  };
}

/** The left side of an assignment. */
function compileTarget(unit: Unit, target: Expr, scope: Scope): Store {
  if (target.typename === 'NSRef') {
    const read = compileRawName(target.name, scope);
    return (frame, value) => {
      const namespace = read(frame);
      if (namespace instanceof Namespace) namespace.attributes.set(target.attr, value);
    };
  }
  if (target.typename === 'Tuple') {
    const items = target.items.map((item) => compileTarget(unit, item, scope));
    return (frame, value) => {
      const values = unpack(value, items.length);
      items.forEach((store, index) => {
        const item = values[index];
        if (item !== undefined) store(frame, item);
      });
    };
  }
  if (target.typename !== 'Name')
    throw new Error('the parser lets only names, tuples and namespaces be assigned to');
  const ref = scope.symbols.find(target.name);
  if (ref === undefined) throw new Error(`no variable was declared for ${target.name}`);
  return writer(scope, ref);
}
