import {
  any,
  anyMapping,
  listOf,
  mapping,
  oneOf,
  required,
  text,
  withUnknown,
  type ReleaseGate,
  type Schema,
} from '../schema/index.js';

/** The `notify` of a submitted job. */
export function serverNotify({ since, keysSince }: ReleaseGate): Schema {
  const status = ['running', 'complete', 'incomplete', 'canceled', 'finished', ...since(202206, ['all'], [])];
  const callback = mapping({
    url: required(text),
    method: oneOf('GET', 'POST'),
    token: text,
    dataset: oneOf('minimal', 'logs', 'results', 'all'),
    'content-type': oneOf('json', 'urlencoded'),
  });
  return withUnknown(
    'ignored',
    mapping(
      {
        criteria: required(
          mapping({
            status: required(oneOf(...status)),
            ...keysSince(202104, { dependency_query: text }),
            type: oneOf('progression', 'regression'),
          }),
        ),
        recipients: withUnknown('rejected', listOf(mapping({ to: required(recipient) }))),
        callback,
        callbacks: listOf(callback),
        verbosity: oneOf('verbose', 'quiet', 'status-only'),
        compare: mapping({ query, blacklist: listOf(text) }),
      },
      { exclusive: [{ keys: ['callback', 'callbacks'] }] },
    ),
  );
}

const recipient = mapping({
  method: required(oneOf('email', 'irc')),
  user: text,
  email: text,
  server: text,
  handle: text,
});

const query = withUnknown(
  'rejected',
  any(
    mapping({ username: required(text), name: required(text) }),
    mapping({ entity: required(text), conditions: anyMapping }),
  ),
);
