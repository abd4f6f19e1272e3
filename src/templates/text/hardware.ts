import { readLiteral, type Literal } from './read-literal.js';

/** One thing that a dictionary says belongs to its board alone: a console, an outlet, a serial number. */
export interface Hardware {
  /** The variable that says so. */
  readonly name: string;
  /** What it is and which one: equal where two boards claim the same. */
  readonly key: string;
  /** Index of the value in the template's text. */
  readonly at: number;
}

/** Variables of LAVA's device types that name such a thing, and their like. */
const setsHardware =
  /^([-+]?\s*set\s+)(connection_commands?|(?:hard_reset|power_on|power_off)_command|(?:\w+_)?(?:serial_number|mac_addr|mac_address|board_id))\s*=\s*/;

/**
 * What the text of a `{% set %}` names, if it is literal and tells one board from another.
 * @param start index of that text in the template
 */
export function readHardware(text: string, start: number): readonly Hardware[] {
  const [begin, , name] = setsHardware.exec(text) ?? [];
  if (begin === undefined || name === undefined) return [];
  return valuesOf(readLiteral(text, begin.length, start)).flatMap((literal) =>
    literal.type === 'text' && tells(name, literal.value)
      ? [{ name, key: `${kindOf(name)} ${literal.value}`, at: literal.start }]
      : [],
  );
}

/** `connection_commands` names several. */
function valuesOf(literal: Literal): readonly Literal[] {
  return literal.type === 'dict' ? literal.entries.map(({ value }) => value) : [literal];
}

function kindOf(name: string): string {
  return name === 'connection_commands' ? 'connection_command' : name;
}

/** Whether a value names one thing: a command that says to what, a number that is more than zeros. */
function tells(name: string, value: string): boolean {
  return /_commands?$/.test(name) ? /\S\s+\S/.test(value) : /[^0:.-]/.test(value);
}
