import type { Environment } from '../../jinja/index.js';
import type { ReleaseNumber } from '../../model/index.js';
import { createDeviceEnvironment, type Namespace } from '../../templates/index.js';

/** Renders the templates and dictionaries of a lab as a release does. Those that could not be read are missing. */
export function createLabEnvironment(
  namespace: Pick<Namespace, 'get'>,
  release: ReleaseNumber,
  note?: string,
): Environment {
  const find = (name: string) => {
    const template = namespace.get(name);
    return template == null || template.text === null ? null : { text: template.text, file: template.path };
  };
  return createDeviceEnvironment(find, release, undefined, note);
}

export type EnvironmentOf = (release: ReleaseNumber) => Environment;

/** The environments of a lab, one per release. */
export function createEnvironments(
  namespace: Namespace,
  noteOn: (release: ReleaseNumber) => string,
): EnvironmentOf {
  const known = new Map<ReleaseNumber, Environment>();
  return (release) => {
    let environment = known.get(release);
    if (environment === undefined)
      known.set(release, (environment = createLabEnvironment(namespace, release, noteOn(release))));
    return environment;
  };
}
