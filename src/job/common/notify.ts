import {
  any,
  listOf,
  mapping,
  oneOf,
  record,
  required,
  text,
  type ReleaseGate,
  type Schema,
} from '../schema/index.js';

/** The `notify` of a job. */
export function commonNotify(gate: ReleaseGate): Schema {
  const { keysSince } = gate;
  const callback = mapping({
    url: required(text),
    method: oneOf('GET', 'POST'),
    token: text,
    ...keysSince(202101, { header: text }),
    dataset: oneOf('minimal', 'logs', 'results', 'all'),
    'content-type': oneOf('json', 'urlencoded'),
  });
  return mapping(
    {
      criteria: required(criteria(gate)),
      verbosity: oneOf('verbose', 'quiet', 'status-only'),
      recipients: listOf(mapping({ to: required(recipient) })),
      callback,
      callbacks: listOf(callback),
      compare: mapping({ blacklist: listOf(text), query }),
    },
    { exclusive: [{ keys: ['callback', 'callbacks'] }] },
  );
}

function criteria({ since, keysSince }: ReleaseGate): Schema {
  const status = oneOf('finished', 'running', 'complete', 'canceled', 'incomplete');
  return any(
    ...since(202206, [mapping({ status: required(oneOf('all')) })], []),
    mapping({ status: required(status), ...keysSince(202104, { dependency_query: text }) }),
    mapping({ status: required(oneOf('complete', 'incomplete')), type: oneOf('regression', 'progression') }),
  );
}

const recipient = mapping({
  method: required(oneOf('email', 'irc')),
  user: text,
  email: text,
  handle: text,
  server: text,
});

const query = any(
  mapping({ username: required(text), name: required(text) }),
  mapping({ entity: required(text), conditions: record(text) }),
);
