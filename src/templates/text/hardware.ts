import { readLiteral, type Literal } from './read-literal.js';

/** A resource that only one board can have: a console, an outlet, a serial number. */
export interface Hardware {
  /** The variable that specifies it. */
  readonly name: string;
  /** Its kind and value: equal if two boards claim the same resource. */
  readonly key: string;
  /** Index of the value in the template's text. */
  readonly at: number;
}

/** Variables of LAVA's device types that specify such a resource, and similar ones. */
const setsHardware =
  /^([-+]?\s*set\s+)(connection_commands?|(?:hard_reset|power_on|power_off)_command|(?:\w+_)?(?:serial_number|mac_addr|mac_address|board_id))\s*=\s*/;

/**
 * The resource that a `{% set %}` specifies, if its value is a literal and identifies one board.
 * @param text the text of the tag
 * @param start the index of that text in the template
 */
export function readHardware(text: string, start: number): readonly Hardware[] {
  const [begin, , name] = setsHardware.exec(text) ?? [];
  if (begin === undefined || name === undefined) return [];
  return valuesOf(readLiteral(text, begin.length, start)).flatMap((literal) =>
    literal.type === 'text' && identifies(name, literal.value)
      ? [{ name, key: `${kindOf(name)} ${literal.value}`, at: literal.start }]
      : [],
  );
}

/** `connection_commands` specifies several. */
function valuesOf(literal: Literal): readonly Literal[] {
  return literal.type === 'dict' ? literal.entries.map(({ value }) => value) : [literal];
}

function kindOf(name: string): string {
  return name === 'connection_commands' ? 'connection_command' : name;
}

/** Whether a value identifies one resource: a command with an argument, or a number that is not all zeros. */
function identifies(name: string, value: string): boolean {
  return /_commands?$/.test(name) ? /\S\s+\S/.test(value) : /[^0:.-]/.test(value);
}
