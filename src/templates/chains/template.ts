import type { TemplateReference } from '../text/template-facts.js';

/** A template or dictionary, and which others its text names. */
export interface Template {
  readonly path: string;
  /** null: it could not be read. */
  readonly text: string | null;
  readonly references: readonly TemplateReference[];
}

/** What a file name in an `extends` means. */
export type Namespace = ReadonlyMap<string, Template>;
