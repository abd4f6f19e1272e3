import { leave, locate, Raised } from '../errors.js';
import { deeper } from '../limits.js';
import type { Expr, FromImport, Import, Include } from '../parser/nodes.js';
import { Context, type CompiledTemplate, type Frame } from '../runtime/context.js';
import { importTemplate, TemplateModule } from '../runtime/module.js';
import { PyObject, type Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';
import { lostInclude } from './lost-include.js';
import { placeOf, reader, writer, type Run, type Scope, type Unit } from './scope.js';

type Locals = (frame: Frame) => (readonly [string, Value | undefined])[];

/** The variables of outer scopes that are visible to an include or a scoped block. */
export function visibleLocals(scope: Scope): Locals {
  const readers = scope.symbols.visibleStores().map(({ name, ref }) => [name, reader(scope, ref)] as const);
  return (frame) => readers.map(([name, read]) => [name, read(frame)] as const);
}

export function compileInclude(unit: Unit, node: Include, scope: Scope): Run {
  const expression = unit.expression(node.template, scope);
  const find = finder(node.template);
  const locals = node.withContext ? visibleLocals(scope) : null;
  const isLost = scope.isBuffered && !node.withContext;
  const place = placeOf(unit, node);
  return (frame, out) => {
    try {
      if (isLost) throw lostInclude();
      const template = findOrNull(frame, find, expression(frame), node.ignoreMissing);
      if (template === null) return;
      if (locals === null) {
        const module = importTemplate(frame.context.run, template);
        module.writeTo(out);
        return;
      }
      const { run } = frame.context;
      const inner = Context.forTemplate(run, template, frame.context.allWith(locals(frame)));
      deeper(() => {
        template.root(inner, out);
      });
    } catch (error) {
      throw leave(error, place);
    }
  };
}

type Find = (frame: Frame, name: Value) => CompiledTemplate;

/** A literal list selects the first that exists, a literal name selects that one; otherwise the value decides. */
function finder(node: Expr): Find {
  const isList = node.typename === 'Tuple' || node.typename === 'List';
  const isOther = node.typename === 'Const' && typeof node.value !== 'string';
  if (isList || isOther) return (frame, name) => frame.context.run.select(name);
  return (frame, name) => {
    const { run } = frame.context;
    const isName = typeof name === 'string' || (name instanceof PyObject && name.typeName === 'Markup');
    return isName ? run.template(name) : run.select(name);
  };
}

function findOrNull(frame: Frame, find: Find, name: Value, ignoreMissing: boolean): CompiledTemplate | null {
  try {
    return find(frame, name);
  } catch (error) {
    if (ignoreMissing && error instanceof Raised && error.kind === 'not-found') return null;
    throw error;
  }
}

/** Returns the module that an import names. */
function compileModule(
  unit: Unit,
  node: Import | FromImport,
  scope: Scope,
): (frame: Frame) => TemplateModule {
  const expression = unit.expression(node.template, scope);
  const locals = node.withContext ? visibleLocals(scope) : null;
  const place = placeOf(unit, node);
  return (frame) => {
    try {
      const { context } = frame;
      const template = context.run.template(expression(frame));
      if (locals === null) return importTemplate(context.run, template);
      return TemplateModule.render(context.run, template, context.allWith(locals(frame)));
    } catch (error) {
      throw leave(error, place);
    }
  };
}

export function compileImport(unit: Unit, node: Import, scope: Scope): Run {
  const module = compileModule(unit, node, scope);
  const ref = scope.symbols.find(node.target);
  const write = ref === undefined ? () => undefined : writer(scope, ref);
  const { target } = node;
  const { isTop } = scope;
  return (frame) => {
    const value = module(frame);
    write(frame, value);
    if (!isTop) return;
    frame.context.vars.set(target, value);
    frame.context.exported.delete(target);
  };
}

export function compileFromImport(unit: Unit, node: FromImport, scope: Scope): Run {
  const module = compileModule(unit, node, scope);
  const names = node.names.map(([name, alias]) => {
    const ref = scope.symbols.find(alias);
    return { name, alias, write: ref === undefined ? () => undefined : writer(scope, ref) };
  });
  const { isTop } = scope;
  const place = placeOf(unit, node);
  return (frame) => {
    try {
      const source = module(frame);
      for (const { name, alias, write } of names) {
        const exported = source.exported(name);
        const value = exported === undefined ? missingExport(unit, node, source, name) : exported;
        write(frame, value);
        if (!isTop) continue;
        frame.context.vars.set(alias, value);
        frame.context.exported.delete(alias);
      }
    } catch (error) {
      throw locate(error, place);
    }
  };
}

function missingExport(unit: Unit, node: FromImport, source: TemplateModule, name: string): Undefined {
  const where = `(imported on line ${node.lineno} in '${unit.name}')`;
  return new Undefined(
    () => `the template '${source.name}' ${where} does not export the requested name '${name}'`,
  );
}
