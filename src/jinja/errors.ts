/**
 * Kinds of errors, by what a caller can do about them.
 * - `syntax`: the template cannot be parsed or compiled; `undefined`: a missing variable or attribute was used;
 * - `not-found`: a template that is extended, included or imported does not exist;
 * - `security`: the sandbox rejected it; `limit`: a limit of {@link Limits} was reached;
 * - `type` and `value`: an operation received a value that it does not support;
 * - `unsupported`: a part of Jinja2 that is left out on purpose (docs/jinja.md);
 * - `runtime`: everything else that Jinja2 raises while rendering.
 */
export type TemplateErrorKind =
  'syntax' | 'undefined' | 'not-found' | 'security' | 'type' | 'value' | 'limit' | 'unsupported' | 'runtime';

/** One step on the way to an error: the template and line that extended, included, imported or called. */
export interface TemplatePlace {
  readonly file: string;
  readonly line: number;
}

/** A failed parse or render. Lines and columns count from 1; `message` is one sentence without the place. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly kind: TemplateErrorKind;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** From the place of the error outwards to the template that was rendered. */
  readonly chain: readonly TemplatePlace[];
  readonly hint: string | undefined;
  /** The exception that CPython's Jinja2 raises here, e.g. `UndefinedError` or `ZeroDivisionError`. */
  readonly pythonClass: string;

  constructor(parts: {
    kind: TemplateErrorKind;
    message: string;
    file: string;
    line: number;
    column: number;
    chain: readonly TemplatePlace[];
    hint?: string | undefined;
    pythonClass: string;
  }) {
    super(parts.message);
    this.kind = parts.kind;
    this.file = parts.file;
    this.line = parts.line;
    this.column = parts.column;
    this.chain = parts.chain;
    this.hint = parts.hint;
    this.pythonClass = parts.pythonClass;
  }
}

/** Where a node is in its template. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** An exception inside the evaluator; it collects its place on the way out and becomes a TemplateError. */
export class Raised extends Error {
  place: Position | undefined;
  /** Set after leaving a macro, a block or a template: the next place is where that was entered. */
  isLeaving = false;
  readonly chain: TemplatePlace[] = [];

  constructor(
    readonly pythonClass: string,
    message: string,
    readonly kind: TemplateErrorKind = kindOf(pythonClass),
    readonly hint?: string | undefined,
  ) {
    super(message);
  }
}

const KINDS: Readonly<Record<string, TemplateErrorKind>> = {
  TemplateSyntaxError: 'syntax',
  TemplateAssertionError: 'syntax',
  UndefinedError: 'undefined',
  TemplateNotFound: 'not-found',
  TemplatesNotFound: 'not-found',
  SecurityError: 'security',
  TypeError: 'type',
  AttributeError: 'type',
  ValueError: 'value',
  OverflowError: 'value',
  ZeroDivisionError: 'value',
  KeyError: 'value',
  IndexError: 'value',
};

function kindOf(pythonClass: string): TemplateErrorKind {
  return KINDS[pythonClass] ?? 'runtime';
}

export function typeError(message: string, hint?: string): Raised {
  return new Raised('TypeError', message, undefined, hint);
}

export function valueError(message: string): Raised {
  return new Raised('ValueError', message);
}

/** One of our limits was reached; CPython would continue. */
export function limitError(message: string, hint?: string, pythonClass = 'ResourceLimit'): Raised {
  return new Raised(pythonClass, message, 'limit', hint);
}

/** A feature of Jinja2 or Python that is left out on purpose. */
export function unsupportedError(message: string, hint?: string): Raised {
  return new Raised('Unsupported', message, 'unsupported', hint);
}

/** Sets the place of an exception to the innermost node that saw it. */
export function locate(error: unknown, place: Position): unknown {
  if (error instanceof Raised) error.place ??= place;
  return error;
}

/** Like `locate`, at a place where macros, blocks and templates are entered: notes it in the chain. */
export function leave(error: unknown, place: Position): unknown {
  if (!(error instanceof Raised)) return error;
  if (error.place === undefined) error.place = place;
  else if (error.isLeaving && error.chain.length < 50)
    error.chain.push({ file: place.file, line: place.line });
  error.isLeaving = false;
  return error;
}
