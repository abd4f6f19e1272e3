import { asMapping, formatYamlProblem, isMapping, parseYaml } from '../../pyyaml/index.js';
import type { Timeouts } from '../definition.js';
import { deviceTimeouts } from '../read/timeouts.js';

/** A device's configuration, rendered by the master from the lab's templates. */
export interface DeviceConfiguration {
  readonly timeouts: Timeouts;
  readonly characterDelaysMs: Readonly<Record<string, unknown>>;
  readonly architectures: readonly string[] | undefined;
  /** The command that connects to the serial console; with several, the primary one. */
  readonly connectCommand: string | undefined;
  readonly hasSerial: boolean;
  readonly hasCommands: boolean;
  /** Commands that the worker runs: `hard_reset`, `power_off`, ...; undefined if the device does not have the command. */
  command(name: string): readonly string[] | undefined;
  userCommand(name: string): { readonly run: string; readonly undo: string | undefined } | undefined;
  /** `actions.boot.methods.NAME`; undefined if the device does not have it. */
  bootMethod(name: string): Readonly<Record<string, unknown>> | undefined;
  hasDeployMethod(name: string): boolean;
  /** A string from `constants` or `constants.PREFIX`. */
  constant(name: string, prefix?: string): unknown;
}

export type ReadDeviceConfiguration =
  | { readonly ok: true; readonly device: DeviceConfiguration }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads a rendered device configuration. An empty text is an empty configuration. A key whose value has another type than
 * LAVA expects is treated as missing.
 */
export function readDeviceConfiguration(text: string): ReadDeviceConfiguration {
  const parsed = parseYaml(text);
  if (!parsed.ok) {
    return { ok: false, problem: `not readable YAML: ${formatYamlProblem(parsed.problem)}` };
  }
  const root = parsed.value ?? {};
  return isMapping(root) ? { ok: true, device: deviceOf(root) } : { ok: false, problem: 'not a mapping' };
}

function deviceOf(root: Readonly<Record<string, unknown>>): DeviceConfiguration {
  const constants = asMapping(root['constants']) ?? {};
  const commands = asMapping(root['commands']);
  const boot = asMapping(asMapping(root['actions'])?.['boot']) ?? {};
  const deploy = asMapping(asMapping(root['actions'])?.['deploy']) ?? {};
  const architectures = root['available_architectures'];

  function constant(name: string, prefix?: string): unknown {
    const source = prefix === undefined ? constants : (asMapping(constants[prefix]) ?? {});
    return Object.hasOwn(source, name) ? source[name] : undefined;
  }

  return {
    timeouts: deviceTimeouts(root['timeouts'] ?? {}),
    characterDelaysMs: asMapping(root['character_delays']) ?? {},
    architectures: Array.isArray(architectures) ? architectures.map(String) : undefined,
    connectCommand: connectCommand(commands),
    hasSerial: Object.hasOwn(asMapping(boot['connections']) ?? {}, 'serial'),
    hasCommands: commands !== undefined && Object.keys(commands).length > 0,
    command: (name) => toCommands(commands?.[name]),
    userCommand: (name) => {
      const users = asMapping(commands?.['users']) ?? {};
      const user = Object.hasOwn(users, name) ? asMapping(users[name]) : undefined;
      if (typeof user?.['do'] !== 'string') return undefined;
      return { run: user['do'], undo: typeof user['undo'] === 'string' ? user['undo'] : undefined };
    },
    bootMethod: (name) => {
      const methods = asMapping(boot['methods']) ?? {};
      return Object.hasOwn(methods, name) ? (asMapping(methods[name]) ?? {}) : undefined;
    },
    hasDeployMethod: (name) => Object.hasOwn(asMapping(deploy['methods']) ?? {}, name),
    constant,
  };
}

/** Reads a command or a list of commands; an empty string is not a command. */
function toCommands(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return value === '' ? undefined : [value];
  if (Array.isArray(value) && value.length > 0) return value.map(String);
  return undefined;
}

function connectCommand(commands: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (typeof commands?.['connect'] === 'string') return commands['connect'];
  for (const value of Object.values(asMapping(commands?.['connections']) ?? {})) {
    const connection = asMapping(value);
    const tags = connection?.['tags'];
    if (Array.isArray(tags) && tags.includes('primary') && typeof connection?.['connect'] === 'string') {
      return connection['connect'];
    }
  }
  return undefined;
}
