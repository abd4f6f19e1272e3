import { compileTemplate } from './compile/template.js';
import { parseTemplate } from './parser/statements.js';
import type { TemplateNode } from './parser/nodes.js';
import type { CompiledTemplate } from './runtime/context.js';

/** Where a template's text came from. */
export interface TemplateSource {
  readonly text: string;
  /** For messages, e.g. `device-types/qemu.jinja2`. */
  readonly file: string;
}

/** A large lab has several hundred templates; its dictionaries are rendered once each and only pass through. */
const MAXIMUM_TEMPLATES = 2_000;
const MAXIMUM_CHARACTERS = 32 * 1024 * 1024;

/** A least-recently-used cache, limited by the number of entries and of characters in their keys. */
class RecentlyUsed<V> {
  readonly #entries = new Map<string, V>();
  #characters = 0;

  get(key: string): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.#entries.set(key, value);
    this.#characters += key.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MAXIMUM_TEMPLATES && this.#characters <= MAXIMUM_CHARACTERS) break;
      this.#entries.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}

/** Compiled templates by their text; their names are part of error messages, and so of the key. */
const compiled = new RecentlyUsed<Map<string, CompiledTemplate>>();

/** The tree of a template. Throws Raised. */
function parse(source: TemplateSource): TemplateNode {
  return parseTemplate(source.text, source.file);
}

/** The compiled template; the same text under the same name is compiled once. Throws Raised. */
export function compile(name: string, source: TemplateSource, isTracing: boolean): CompiledTemplate {
  let byName = compiled.get(source.text);
  const key = `${isTracing ? 'traced' : 'plain'}\0${name}\0${source.file}`;
  const known = byName?.get(key);
  if (known !== undefined) return known;
  const template = compileTemplate(parse(source), name, source.file, isTracing);
  if (byName === undefined) {
    byName = new Map();
    compiled.set(source.text, byName);
  }
  if (byName.size > 100) byName.clear();
  byName.set(key, template);
  return template;
}
