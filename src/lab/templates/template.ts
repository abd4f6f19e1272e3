import type { TemplateReference } from './template-facts.js';

/** A template or dictionary, and which others its text names. */
export interface Template {
  readonly path: string;
  /** null: it could not be read. */
  readonly text: string | null;
  readonly references: readonly TemplateReference[];
}
