import {
  createEnvironment,
  TemplateError,
  type Environment,
  type EnvironmentOptions,
} from '../../src/jinja/index.js';

/** An environment for templates in memory; a template's file is its name. */
export function environmentOf(
  templates: Readonly<Record<string, string>>,
  options: Omit<EnvironmentOptions, 'loader'> = {},
): Environment {
  return createEnvironment({
    ...options,
    loader: {
      load: (name) => {
        const text = Object.hasOwn(templates, name) ? templates[name] : undefined;
        return text === undefined ? null : { text, file: name };
      },
    },
  });
}

/** The error that `work` fails with. */
export function failureOf(work: () => unknown): TemplateError {
  try {
    work();
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('nothing failed');
}
