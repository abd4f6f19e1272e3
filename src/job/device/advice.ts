import { problemAt, type JobProblem } from '../problem.js';
import { dictOf, valueAt } from '../schema/index.js';
import { findShellSyntax } from './command-words.js';

/** What jobs will not do with a configuration that LAVA accepts: open a console, or run a command as written. */
export interface DeviceAdvice extends JobProblem {
  readonly about: 'console' | 'shell';
}

/**
 * Finds what LAVA's schema accepts in a device configuration although no job can use it: a command that is the word
 * `None`, which a template prints for a missing entry, consoles without a primary one (`lava_dispatcher`,
 * `connections/serial.py`, all releases), and commands that need a shell.
 * @param device a configuration, from `parsePython`
 */
export function adviseOnConfiguration(device: unknown): readonly DeviceAdvice[] {
  const advice: DeviceAdvice[] = [];
  for (const [at, command] of commandsOf(device)) {
    if (command === 'None') advice.push(missing(at));
    else advice.push(...adviseOnCommand(at, command));
  }
  const connections = entriesOf(valueAt(device, 'commands', 'connections'));
  if (connections.length > 0 && !connections.some(([, connection]) => isPrimary(connection))) {
    const message = 'no connection has the tag "primary", so jobs cannot open a console';
    const hint = "Give one connection the tag: {% set connection_tags = {'uart0': ['primary']} %}.";
    advice.push({ ...problemAt(['commands', 'connections'], message, hint), about: 'console' });
  }
  return advice;
}

type Place = readonly (string | number)[];

/** The commands that the dispatcher runs. It sends `soft_reboot` to the console of the device instead. */
function* commandsOf(device: unknown): Generator<readonly [at: Place, command: string]> {
  for (const [name, value] of entriesOf(valueAt(device, 'commands'))) {
    if (name !== 'soft_reboot') yield* textsIn(['commands', name], value);
  }
  for (const [name, connection] of entriesOf(valueAt(device, 'commands', 'connections'))) {
    yield* textsIn(['commands', 'connections', name, 'connect'], valueAt(connection, 'connect'));
  }
  for (const [name, user] of entriesOf(valueAt(device, 'commands', 'users'))) {
    for (const key of ['do', 'undo']) yield* textsIn(['commands', 'users', name, key], valueAt(user, key));
  }
}

/** A command, or a list of commands. */
function* textsIn(at: Place, value: unknown): Generator<readonly [at: Place, command: string]> {
  if (typeof value === 'string') yield [at, value];
  if (!Array.isArray(value)) return;
  for (const [index, item] of value.entries()) {
    if (typeof item === 'string') yield [[...at, index], item];
  }
}

/** The pairs of a mapping whose keys are strings. */
function entriesOf(value: unknown): [string, unknown][] {
  return [...(dictOf(value) ?? [])].flatMap(([key, item]): [string, unknown][] =>
    typeof key === 'string' ? [[key, item]] : [],
  );
}

function missing(at: Place): DeviceAdvice {
  const message = 'the command is the word "None": the template found no value';
  const hint = 'Use the same names in all variables that describe the connections.';
  return { ...problemAt(at, message, hint), about: 'console' };
}

function adviseOnCommand(at: Place, command: string): readonly DeviceAdvice[] {
  const found = findShellSyntax(command);
  if (found === null) return [];
  const [message, hint] =
    found.kind === 'operator'
      ? [
          `LAVA runs commands without a shell, so ${JSON.stringify(found.text)} is an argument of the program`,
          at.includes('connect')
            ? "Run a shell: sh -c '...'."
            : "Write a list of commands, or run a shell: sh -c '...'.",
        ]
      : [`LAVA cannot split the command into words: nothing closes the ${found.text}`, 'Close the quote.'];
  return [{ ...problemAt(at, message, hint), about: 'shell' }];
}

function isPrimary(connection: unknown): boolean {
  const tags = valueAt(connection, 'tags');
  return Array.isArray(tags) && tags.includes('primary');
}
