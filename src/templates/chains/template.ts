import type { TemplateReference } from '../text/template-facts.js';

/** A template or dictionary, and the templates that its text refers to. */
export interface Template {
  readonly path: string;
  /** null: the file could not be read. */
  readonly text: string | null;
  readonly references: readonly TemplateReference[];
}

/** The template that a file name in an `extends` refers to. */
export type Namespace = ReadonlyMap<string, Template>;
