import { limitError, Raised, TemplateError, type Position } from './errors.js';
import { compile, type TemplateSource } from './cache.js';
import { fromJavaScript } from './convert.js';
import { evaluateSet } from './evaluate-set.js';
import { explainRendering, type Explanation } from './explain.js';
import { makeGlobals } from './globals.js';
import { dependenciesOf, describeSet, type ParsedTemplate, type SetDescription } from './inspect.js';
import { DEFAULT_LIMITS, withBudget, type Limits } from './limits.js';
import { Context, type CompiledTemplate, type Run } from './runtime/context.js';
import { Out } from './runtime/out.js';
import { Trace, TracingOut } from './runtime/tracing-out.js';
import { textOf } from './values/compare.js';
import { eachItem } from './values/iterate.js';
import { isTrue } from './values/truth.js';
import { typeName, type Value } from './values/types.js';
import { Undefined } from './values/undefined.js';

/** Loads templates by the names that `extends` and `include` use. It must be pure, because results are cached. */
export interface TemplateLoader {
  load(name: string): TemplateSource | null;
}

/** Options of {@link createEnvironment}. */
export interface EnvironmentOptions {
  readonly loader: TemplateLoader;
  readonly limits?: Partial<Limits>;
  /** LAVA's own filters that a release lacks, each with a hint. Using one is an error, as for any unknown filter. */
  readonly missingFilters?: ReadonlyMap<string, string>;
  /** Numbers from 0 up to 1 for the filter `random`, which is rejected without it: renderings must be reproducible. */
  readonly random?: () => number;
  /** Whether printing an undefined value is an error, as with Jinja2's StrictUndefined; LAVA prints an empty string. */
  readonly strict?: boolean;
  /** Milliseconds, for the limit on time. */
  readonly clock?: () => number;
}

/** An undefined value that was printed as an empty string; usually a misspelled variable. */
export interface UndefinedUse extends Position {
  readonly message: string;
  /** The variable; absent if an attribute or item is missing. */
  readonly name?: string;
  readonly hint?: string;
}

/** A rendering and what went into it. */
export interface Rendering {
  readonly text: string;
  /** Every template that was requested, even if missing, sorted. While these are unchanged, so is the text. */
  readonly templates: readonly string[];
  /** Undefined values that were printed or joined to text, each place once, in order. */
  readonly undefinedUses: readonly UndefinedUse[];
}

/** Renders templates as LAVA does. Every method throws {@link TemplateError}, and nothing else for a bad template. */
export interface Environment {
  /** The text of a template; `context` contains the variables it can read, such as a job's context. */
  render(name: string, context?: Readonly<Record<string, unknown>>): string;
  /** Like `render`, with the templates that were used. */
  renderWithTemplates(name: string, context?: Readonly<Record<string, unknown>>): Rendering;
  /** Like `render`, with the template and line that produced each line and each YAML key of the text. */
  explain(name: string, context?: Readonly<Record<string, unknown>>): Explanation;
  /** The names in a template that are literals; the template is checked, but not rendered. */
  parse(name: string): ParsedTemplate;
  /**
   * The value that the template's own `set`s at its top give a variable, as plain JavaScript; undefined when none
   * does. Nothing else of the template runs, and the template that it extends is not read.
   */
  evaluateTopLevelSet(name: string, variable: string): unknown;
  /** The places of a top-level `set` of a variable and of the keys of that dict. */
  describeTopLevelSet(name: string, variable: string): SetDescription | undefined;
}

/** By-products of a rendering. */
interface RenderRecord {
  readonly templates: Set<string>;
  /** By the node's place, which is one object per node. */
  readonly undefinedUses: Map<Position, Undefined>;
}

function newRecord(): RenderRecord {
  return { templates: new Set(), undefinedUses: new Map() };
}

const MAXIMUM_UNDEFINED_USES = 1_000;

/** Device types print undefined values all the time, so this only collects them; messages are created when read. */
function noteUndefined({ undefinedUses }: RenderRecord, value: Undefined, place: Position): void {
  if (undefinedUses.size < MAXIMUM_UNDEFINED_USES && !undefinedUses.has(place))
    undefinedUses.set(place, value);
}

function describeUses({ undefinedUses }: RenderRecord): UndefinedUse[] {
  return [...undefinedUses].map(([place, value]) => {
    const { message, hint } = value.failure();
    const { variable: name } = value;
    return {
      ...place,
      message,
      ...(name === undefined ? {} : { name }),
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

const GLOBALS = makeGlobals();
const NO_FILTERS: ReadonlyMap<string, string> = new Map();

/** An environment with Jinja2's sandbox settings of LAVA: `trim_blocks`, no escaping, no trailing newline kept. */
export function createEnvironment(options: EnvironmentOptions): Environment {
  return new SandboxedEnvironment(options);
}

class SandboxedEnvironment implements Environment {
  readonly #limits: Limits;
  readonly #clock: () => number;
  readonly #sources = new Map<string, TemplateSource | null>();
  readonly #templates = new Map<string, CompiledTemplate>();

  readonly #options: EnvironmentOptions;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#clock = options.clock ?? (() => performance.now());
  }

  render(name: string, context: Readonly<Record<string, unknown>> = {}): string {
    return this.renderWithTemplates(name, context).text;
  }

  renderWithTemplates(name: string, context: Readonly<Record<string, unknown>> = {}): Rendering {
    const record = newRecord();
    const text = this.#guarded(name, () => this.#run(name, context, new Out(), false, record));
    return {
      text,
      templates: [...record.templates].sort(),
      get undefinedUses() {
        return describeUses(record);
      },
    };
  }

  explain(name: string, context: Readonly<Record<string, unknown>> = {}): Explanation {
    const out = this.#guarded(name, () => {
      const tracing = new TracingOut();
      this.#run(name, context, tracing, true, newRecord());
      return tracing;
    });
    return explainRendering(out);
  }

  parse(name: string): ParsedTemplate {
    return this.#guarded(name, () => dependenciesOf(this.#source(name), this.#compiled(name, false)));
  }

  evaluateTopLevelSet(name: string, variable: string): unknown {
    return this.#guarded(name, () =>
      evaluateSet(name, this.#source(name), variable, this.#newRun(false, newRecord())),
    );
  }

  describeTopLevelSet(name: string, variable: string): SetDescription | undefined {
    return this.#guarded(name, () => describeSet(this.#source(name), variable));
  }

  #run(
    name: string,
    context: Readonly<Record<string, unknown>>,
    out: Out,
    isTracing: boolean,
    record: RenderRecord,
  ): string {
    const run = this.#newRun(isTracing, record);
    const template = run.template(name);
    const variables = new Map(GLOBALS);
    for (const [key, value] of Object.entries(context)) variables.set(key, fromJavaScript(value));
    template.root(Context.forTemplate(run, template, variables), out);
    out.finish();
    return out.text;
  }

  #newRun(isTracing: boolean, record: RenderRecord): Run {
    const template = (name: Value) => {
      const text = templateName(name);
      record.templates.add(text);
      return this.#compiled(text, isTracing);
    };
    return {
      globals: GLOBALS,
      template,
      select: (names) => selectTemplate(names, template),
      modules: new Map(),
      random: this.#options.random,
      missingFilters: this.#options.missingFilters ?? NO_FILTERS,
      trace: isTracing ? new Trace() : null,
      printsUndefined: (value, place) => {
        if (this.#options.strict === true) throw value.failure();
        noteUndefined(record, value, place);
      },
    };
  }

  #compiled(name: string, isTracing: boolean): CompiledTemplate {
    const key = `${isTracing ? 't' : 'p'}${name}`;
    const known = this.#templates.get(key);
    if (known !== undefined) return known;
    const template = compile(name, this.#source(name), isTracing);
    this.#requireFilters(template);
    this.#templates.set(key, template);
    return template;
  }

  /** Jinja2 does not compile a template with an unknown filter outside of conditions. */
  #requireFilters({ lavaFilters }: CompiledTemplate): void {
    for (const [name, place] of lavaFilters) {
      const hint = this.#options.missingFilters?.get(name);
      if (hint === undefined) continue;
      const error = new Raised('TemplateAssertionError', `No filter named '${name}'.`, undefined, hint);
      error.place = place;
      throw error;
    }
  }

  #source(name: string): TemplateSource {
    let source = this.#sources.get(name);
    if (source === undefined) {
      source = isInside(name) ? this.#options.loader.load(name) : null;
      this.#sources.set(name, source);
    }
    if (source === null) {
      throw new Raised(
        'TemplateNotFound',
        `there is no template ${name}`,
        undefined,
        'Add it, or correct the name.',
      );
    }
    const most = this.#limits.stringLength;
    if (source.text.length > most)
      throw limitError(`the template ${name} is longer than ${most} characters`, 'Split it.');
    return source;
  }

  /** Runs under fresh limits, and turns what the evaluator raises into a TemplateError. */
  #guarded<T>(name: string, work: () => T): T {
    try {
      return withBudget(this.#limits, this.#clock, work);
    } catch (error) {
      if (!(error instanceof Raised)) throw error;
      throw new TemplateError({
        kind: error.kind,
        message: error.message,
        file: error.place?.file ?? this.#sources.get(name)?.file ?? name,
        line: error.place?.line ?? 1,
        column: error.place?.column ?? 1,
        chain: error.chain,
        hint: error.hint,
        pythonClass: error.pythonClass,
      });
    }
  }
}

/** Names are paths below the loader's roots and never leave them. */
function isInside(name: string): boolean {
  return !name.split('/').includes('..');
}

function templateName(name: Value): string {
  const text = textOf(name);
  if (text !== undefined) return text;
  if (name instanceof Undefined) throw name.failure();
  throw new Raised('AttributeError', `a template is named by a text, not by a ${typeName(name)}`);
}

function selectTemplate(names: Value, template: (name: Value) => CompiledTemplate): CompiledTemplate {
  if (names instanceof Undefined) throw names.failure();
  if (!isTrue(names)) {
    throw new Raised('TemplatesNotFound', 'Tried to select from an empty list of templates.');
  }
  const tried: string[] = [];
  for (const name of eachItem(names)) {
    try {
      return template(name);
    } catch (error) {
      if (!(error instanceof Raised) || (error.kind !== 'not-found' && error.kind !== 'undefined'))
        throw error;
      tried.push(textOf(name) ?? '');
    }
  }
  throw new Raised('TemplatesNotFound', `none of the templates given were found: ${tried.join(', ')}`);
}
