import { createEnvironment, type Environment, type Limits } from '../../jinja/index.js';
import { renderingLimits } from '../limits.js';
import { fileNameOf, type TemplateText } from '../search-order.js';
import { renderingContext, type RenderedDevice } from './context.js';
import { attempt, type Attempt } from './template-error.js';

/** Finds a template or dictionary by its file name; null or undefined: there is none. */
export type FindTemplate = (fileName: string) => TemplateText | null | undefined;

/** Jinja2 with lavaflow's limits over the templates and dictionaries that `find` finds. */
export function createDeviceEnvironment(
  find: FindTemplate,
  limits: Partial<Limits> = renderingLimits,
): Environment {
  return createEnvironment({ limits, loader: { load: (name) => find(name) ?? null } });
}

/**
 * The text of a device's configuration: its dictionary, which the environment finds by the hostname, rendered as LAVA
 * renders it.
 * @param jobContext `context` of the job
 * @throws TemplateError when the dictionary, or a template that it is made of, does not render
 */
export function renderDevice(
  environment: Environment,
  device: RenderedDevice,
  jobContext?: Readonly<Record<string, unknown>>,
): string {
  return environment.render(fileNameOf(device.hostname), renderingContext(device, jobContext));
}

/** Not the name of any template. */
const dictionaryName = 'the device dictionary';

/**
 * As {@link renderDevice}, for a dictionary that is given as a text and that need not belong to a device.
 * @param device null: render with the job's context alone
 */
export function renderDictionary(
  dictionary: string,
  find: FindTemplate,
  device: RenderedDevice | null,
  jobContext?: Readonly<Record<string, unknown>>,
): Attempt<string> {
  const environment = createDeviceEnvironment((name) =>
    name === dictionaryName ? { text: dictionary, file: name } : find(name),
  );
  return attempt(() => environment.render(dictionaryName, renderingContext(device, jobContext)));
}
