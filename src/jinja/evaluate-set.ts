import type { TemplateSource } from './cache.js';
import { compileTopLevelSets } from './compile/sets.js';
import { toJavaScript } from './convert.js';
import { Raised } from './errors.js';
import { setsVariable } from './inspect.js';
import { parseTemplate } from './parser/statements.js';
import { Context, type Run } from './runtime/context.js';

/**
 * Runs the `set`s at the top level of a template, and no other statement. A `set` that fails leaves its variables unset,
 * because it may depend on the extended template. If it sets the requested variable, its error is reported.
 */
export function evaluateSet(name: string, source: TemplateSource, variable: string, run: Run): unknown {
  const tree = parseTemplate(source.text, source.file);
  const statements = tree.body.filter(
    (statement) => statement.typename === 'Assign' || statement.typename === 'AssignBlock',
  );
  const context = new Context(run, run.globals, name, []);
  for (const { statement, execute } of compileTopLevelSets(statements, name, source.file, context)) {
    try {
      execute();
    } catch (error) {
      if (!(error instanceof Raised) || error.kind === 'limit' || setsVariable(statement, variable))
        throw error;
    }
  }
  const value = context.vars.get(variable);
  return value === undefined ? undefined : toJavaScript(value);
}
