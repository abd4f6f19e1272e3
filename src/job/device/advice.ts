import { problemAt, type JobProblem } from '../problem.js';
import { dictOf, valueAt } from '../schema/index.js';

/**
 * Finds what LAVA's schema accepts in a device configuration although no job can use it: a command that is the word
 * `None`, which a template prints for a missing entry, and consoles without a primary one (`lava_dispatcher`,
 * `connections/serial.py`, all releases).
 * @param device a configuration, from `parsePython`
 */
export function adviseOnConfiguration(device: unknown): readonly JobProblem[] {
  const problems: JobProblem[] = [];
  for (const [name, command] of entriesOf(valueAt(device, 'commands'))) {
    if (command === 'None') problems.push(missing(['commands', name]));
  }
  const connections = entriesOf(valueAt(device, 'commands', 'connections'));
  for (const [name, connection] of connections) {
    if (valueAt(connection, 'connect') !== 'None') continue;
    problems.push(missing(['commands', 'connections', name, 'connect']));
  }
  if (connections.length > 0 && !connections.some(([, connection]) => isPrimary(connection))) {
    const message = 'no connection has the tag "primary", so jobs cannot open a console';
    const hint = "Give one connection the tag: {% set connection_tags = {'uart0': ['primary']} %}.";
    problems.push(problemAt(['commands', 'connections'], message, hint));
  }
  return problems;
}

/** The pairs of a mapping whose keys are strings. */
function entriesOf(value: unknown): [string, unknown][] {
  return [...(dictOf(value) ?? [])].flatMap(([key, item]): [string, unknown][] =>
    typeof key === 'string' ? [[key, item]] : [],
  );
}

function missing(at: readonly string[]): JobProblem {
  const message = 'the command is the word "None": the template found no value';
  return problemAt(at, message, 'Use the same names in all variables that describe the connections.');
}

function isPrimary(connection: unknown): boolean {
  const tags = valueAt(connection, 'tags');
  return Array.isArray(tags) && tags.includes('primary');
}
