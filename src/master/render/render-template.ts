import { createEnvironment, TemplateError } from '../../jinja/index.js';
import { renderingLimits } from '../../model/index.js';

export type RenderedText =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: string };

/** No template can have this name. */
const dictionaryName = 'the device dictionary';

/** Renders a dictionary over templates (by their names with `.jinja2`) as LAVA does; what a template does wrong is a problem. */
export function renderTemplate(
  dictionary: string,
  templates: ReadonlyMap<string, string>,
  context: Readonly<Record<string, unknown>>,
): RenderedText {
  const environment = createEnvironment({
    limits: renderingLimits,
    loader: {
      load(name) {
        const text = name === dictionaryName ? dictionary : templates.get(name);
        return text === undefined ? null : { text, file: name };
      },
    },
  });
  try {
    return { ok: true, text: environment.render(dictionaryName, context) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { ok: false, problem: `the device dictionary cannot be rendered: ${error.message}` };
  }
}
