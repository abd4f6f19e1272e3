import {
  all,
  any,
  anything,
  bool,
  listOf,
  mapping,
  noneOf,
  numberFrom,
  patternText,
  record,
  required,
  text,
  valueOf,
  type Keys,
  type ReleaseGate,
  type Schema,
} from '../schema/index.js';
import { reservedNamespaces } from '../facts.js';
import { commonTimeout } from './timeouts.js';

/** The keys of every action. */
export function actionKeys({ since, keysSince }: ReleaseGate): Keys {
  return {
    namespace: all(
      text,
      noneOf(since<readonly string[]>(202206, reservedNamespaces, reservedNamespaces.slice(0, 1))),
    ),
    'connection-namespace': text,
    protocols: anything,
    role: listOf(text),
    timeout: commonTimeout,
    ...keysSince(202301, { timeouts: record(commonTimeout) }),
    repeat: numberFrom(1),
    failure_retry: numberFrom(1),
    ...keysSince(202104, { failure_retry_interval: numberFrom(1) }),
  };
}

/** The names of scripts, monitors and definitions. */
export const testName = patternText(/^[-_a-zA-Z0-9.]+\n?$/, 'a name of letters, digits, "-", "_" and "."');

export const strings = listOf(text);
export const oneOrMany = any(text, strings);

/** The keys of a `docker` mapping. @param imageKey `image` or `name` */
export function dockerKeys({ since, keysSince }: ReleaseGate, imageKey = 'image'): Keys {
  return {
    [imageKey]: required(dockerImage(since(202103, true, false))),
    local: bool,
    ...keysSince(202104, {
      container_name: text,
      // A mistake in LAVA 2021.04 and 2021.05 allows only this name.
      network_from: since(202108, text, patternText(/^str$/, '"str"')),
    }),
    ...keysSince(202606, {
      login: mapping({ registry: required(text), user: required(text), password: required(text) }),
    }),
  };
}

/** The name of a Docker image: since 2021.03 with a port. */
export function dockerImage(allowsPort: boolean): Schema {
  const name = allowsPort ? /^[a-z0-9][a-z0-9._/:-]*[a-z0-9]$/ : /^[a-z0-9][a-z0-9._/-]*[a-z0-9]$/;
  const expected = 'the name of a Docker image';
  // The tag and the rest are tested one after the other: one pattern for both needs quadratic time.
  const isImage = (image: string): boolean => {
    if (name.test(image)) return true;
    const at = image.lastIndexOf(':');
    return (
      at !== -1 && name.test(image.slice(0, at)) && /^[a-zA-Z0-9_][a-zA-Z0-9._-]*$/.test(image.slice(at + 1))
    );
  };
  return valueOf(expected, (value) => typeof value === 'string' && isImage(value.replace(/\n$/, '')));
}
