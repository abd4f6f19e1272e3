import type { ReleaseNumber } from '../../model/index.js';
import { createEnvironment, type Environment, type Limits } from '../../jinja/index.js';
import { renderingLimits } from '../limits.js';
import { fileNameOf, type TemplateText } from '../search-order.js';
import { missingFilters } from './release-rules.js';
import { renderingContext, type RenderedDevice } from './context.js';
import { attempt, type Attempt } from './template-error.js';

/** Finds a template or dictionary by its file name; null or undefined: it does not exist. */
export type FindTemplate = (fileName: string) => TemplateText | null | undefined;

/**
 * Creates a Jinja2 environment with lavaflow's limits for the templates and dictionaries that `find` finds.
 * @param release the environment has the filters of this release
 * @param note completes the hint about a filter that it lacks: `the master runs 2023.01`
 */
export function createDeviceEnvironment(
  find: FindTemplate,
  release: ReleaseNumber,
  limits: Partial<Limits> = renderingLimits,
  note?: string,
): Environment {
  const missing = missingFilters(release, note);
  return createEnvironment({
    limits,
    missingFilters: missing,
    loader: { load: (name) => find(name) ?? null },
  });
}

/**
 * Renders a device's configuration, as LAVA does. The environment finds the dictionary by the hostname.
 * @param jobContext `context` of the job
 * @throws TemplateError when the dictionary or a template that it uses does not render
 */
export function renderDevice(
  environment: Environment,
  device: RenderedDevice,
  release: ReleaseNumber,
  jobContext?: Readonly<Record<string, unknown>>,
): string {
  return environment.render(fileNameOf(device.hostname), renderingContext(device, release, jobContext));
}

/** Cannot be the name of a template. */
const dictionaryName = 'the device dictionary';

/**
 * Like {@link renderDevice}, for a dictionary that is passed as text and need not belong to a device.
 * @param device null: render with the job's context only
 */
export function renderDictionary(
  dictionary: string,
  find: FindTemplate,
  device: RenderedDevice | null,
  release: ReleaseNumber,
  jobContext?: Readonly<Record<string, unknown>>,
): Attempt<string> {
  const environment = createDeviceEnvironment(
    (name) => (name === dictionaryName ? { text: dictionary, file: name } : find(name)),
    release,
  );
  return attempt(() => environment.render(dictionaryName, renderingContext(device, release, jobContext)));
}
