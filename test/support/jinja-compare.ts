import { createEnvironment, TemplateError } from '../../src/jinja/index.js';
import type { OracleCase, Outcome } from './jinja-oracle.js';

/** The outcome of a case in our engine. */
export type OurOutcome =
  { readonly text: string } | { readonly error: string; readonly kind: string; readonly message: string };

export function renderOurs({ templates, name, context }: OracleCase): OurOutcome {
  const environment = createEnvironment({
    loader: {
      load: (wanted) => {
        const text = Object.hasOwn(templates, wanted) ? templates[wanted] : undefined;
        return text === undefined ? null : { text, file: wanted };
      },
    },
  });
  try {
    return { text: environment.render(name, context) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { error: error.pythonClass, kind: error.kind, message: error.message };
  }
}

/**
 * How two outcomes compare. We deliberately reject excluded features and expressions that print a memory address;
 * these are clear errors, and counted separately. An AssertionError about a reference is a bug in Jinja2's compiler
 * and shows nothing about us; neither does a template that CPython cannot finish.
 */
export function compare(ours: OurOutcome, theirs: Outcome): 'same' | 'declined' | 'different' {
  if ('error' in ours && (ours.kind === 'unsupported' || ours.error === 'ResourceLimit')) return 'declined';
  if (
    'error' in theirs &&
    (theirs.error === 'TooMuch' || theirs.message.includes('resolve a name to a ref'))
  ) {
    return 'declined';
  }
  if ('text' in ours) return 'text' in theirs && ours.text === theirs.text ? 'same' : 'different';
  return 'error' in theirs && ours.error === theirs.error ? 'same' : 'different';
}
