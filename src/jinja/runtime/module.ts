import { deeper } from '../limits.js';
import { PyObject, type Value } from '../values/types.js';
import { Context, type CompiledTemplate, type Run } from './context.js';
import { newBuffer } from './buffer.js';
import type { Out } from './out.js';

/** A rendered template that another imports: its text and what it exports. */
export class TemplateModule extends PyObject {
  readonly typeName = 'TemplateModule';

  readonly name: string;
  readonly #body: Out;
  readonly #exports: ReadonlyMap<string, Value>;

  private constructor(name: string, body: Out, exports: ReadonlyMap<string, Value>) {
    super();
    this.name = name;
    this.#body = body;
    this.#exports = exports;
  }

  static render(run: Run, template: CompiledTemplate, variables: ReadonlyMap<string, Value>): TemplateModule {
    return deeper(() => {
      const context = Context.forTemplate(run, template, variables);
      const out = newBuffer(run);
      template.root(context, out);
      const exports = new Map<string, Value>();
      for (const name of context.exported) {
        const value = context.vars.get(name);
        if (value !== undefined) exports.set(name, value);
      }
      return new TemplateModule(template.name, out, exports);
    });
  }

  exported(name: string): Value | undefined {
    return this.#exports.get(name);
  }

  override attribute(name: string): Value | undefined {
    return this.#exports.get(name);
  }

  override str(): string {
    return this.#body.take();
  }

  /** Includes the text. Jinja2 passes on the pieces, so a piece that is not a string fails where they are joined. */
  writeTo(out: Out): void {
    out.append(this.#body);
  }

  override repr(): string {
    return `<TemplateModule '${this.name}'>`;
  }
}

/** The module of an import without context: the same one for the whole rendering. */
export function importTemplate(run: Run, template: CompiledTemplate): TemplateModule {
  const known = run.modules.get(template);
  if (known instanceof TemplateModule) return known;
  const module = TemplateModule.render(run, template, run.globals);
  run.modules.set(template, module);
  return module;
}
