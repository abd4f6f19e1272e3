import { UsageError } from '../../diagnostics/index.js';
import type { BoardEvent, Fault } from '../step.js';

/** The commands of a board. */
export type BoardCommand =
  | Extract<BoardEvent, { kind: 'power' | 'fault' }>
  /** Speed of the serial line in bits per second; 0 means unlimited. */
  | { readonly kind: 'baud'; readonly baud: number }
  | { readonly kind: 'status' };

/** The faults: name, value, effect. */
const faultHelp: readonly (readonly [string, string])[] = [
  ['hang', 'stops in the middle of the kernel log'],
  ['hang-shell', 'the shell stops answering, until the next reset'],
  ['reboot [MS]', 'reboots by itself after MS milliseconds (0)'],
  ['garbage [BYTES]', 'prints that many bytes of noise (256)'],
  ['no-interrupt', 'the countdown cannot be interrupted'],
  ['panic', 'the kernel panics'],
  ['no-login', 'never asks for a login'],
  ['slow [BAUD]', 'prints as slowly as a line of BAUD bits a second (1200)'],
  ['clear', 'behaves again'],
];

/** `power on|off|reset`, `fault NAME [VALUE]` or `status`, as words of a command line. Throws UsageError. */
export function parseCommand(words: readonly string[]): BoardCommand {
  const [kind = '', name = '', value, ...rest] = words;
  if (rest.length > 0) throw new UsageError(`too many words: ${words.join(' ')}`);
  if (kind === 'status' && words.length === 1) return { kind };
  if (kind === 'fault') return parseFault(name, value);
  if (kind !== 'power')
    throw new UsageError(`'${kind}' is not a command of a board`, 'Use power, fault or status.');
  if (name === 'on' || name === 'off' || name === 'reset') return { kind, action: name };
  throw new UsageError(`'${name}' is not a power action`, 'Use on, off or reset.');
}

function parseFault(name: string, value: string | undefined): BoardCommand {
  switch (name) {
    case 'clear':
    case 'hang':
    case 'hang-shell':
    case 'no-interrupt':
    case 'panic':
    case 'no-login':
      if (value !== undefined) throw new UsageError(`the fault '${name}' does not accept a value`);
      return fault({ name });
    case 'reboot':
      return fault({ name, afterMs: numberOr(value, 0, 24 * 3600 * 1000) });
    case 'garbage':
      return fault({ name, bytes: numberOr(value, 256, 1_000_000) });
    case 'slow':
      return { kind: 'baud', baud: Math.max(50, numberOr(value, 1200, 4_000_000)) };
    default:
      throw new UsageError(
        `'${name}' is not a fault`,
        `Specify one of: ${faultHelp.map(([known, does]) => `${known} (${does})`).join(', ')}.`,
      );
  }
}

function fault(given: Fault): BoardCommand {
  return { kind: 'fault', fault: given };
}

function numberOr(value: string | undefined, otherwise: number, max: number): number {
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 0 && number <= max) return number;
  throw new UsageError(`'${value}' is not a whole number from 0 to ${max}`);
}

/** A command received on the control port; undefined for anything else. */
export function readCommand(value: unknown): BoardCommand | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, action, fault: given, baud } = value as Record<string, unknown>;
  if (kind === 'status') return { kind };
  if (kind === 'power' && (action === 'on' || action === 'off' || action === 'reset'))
    return { kind, action };
  if (kind === 'baud' && typeof baud === 'number' && baud >= 0) return { kind, baud };
  if (kind !== 'fault' || typeof given !== 'object' || given === null) return undefined;
  const { name, afterMs, bytes } = given as Record<string, unknown>;
  if (typeof name !== 'string') return undefined;
  const number = name === 'reboot' ? afterMs : name === 'garbage' ? bytes : undefined;
  try {
    return parseFault(name, typeof number === 'number' ? String(number) : undefined);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
