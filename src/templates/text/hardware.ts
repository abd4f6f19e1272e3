import { readLiteral, type Literal } from './read-literal.js';

/** A literal text to which a template sets a variable about the hardware of a board. */
export interface Hardware {
  /** The variable. */
  readonly name: string;
  /** The key of the text, if the value is a mapping such as `connection_commands`. */
  readonly key?: string;
  readonly value: string;
  /** Index of the value in the template's text. */
  readonly at: number;
}

/** Variables of LAVA's device types that specify what only one board can have, and similar ones. */
const setsHardware =
  /^([-+]?\s*set\s+)(connection_commands?|(?:hard_reset|power_on|power_off)_command|(?:\w+_)?(?:serial_number|mac|mac_addr|mac_address|board_id)|ssh_host|(?:device|static|board)_ip|tftp_(?:dir|directory|root|path|prefix))\s*=\s*/;

/**
 * The texts of a `{% set %}` about hardware, as far as they are literal.
 * @param text the text of the tag
 * @param start the index of that text in the template
 */
export function readHardware(text: string, start: number): readonly Hardware[] {
  const [begin, , name] = setsHardware.exec(text) ?? [];
  if (begin === undefined || name === undefined) return [];
  return textsIn(readLiteral(text, begin.length, start)).map((found) => ({ name, ...found }));
}

function textsIn(literal: Literal): readonly Omit<Hardware, 'name'>[] {
  switch (literal.type) {
    case 'text':
      return [{ value: literal.value, at: literal.start }];
    case 'list':
      return literal.items.flatMap((item) =>
        item.type === 'text' ? [{ value: item.value, at: item.start }] : [],
      );
    case 'dict':
      return literal.entries.flatMap(({ key, value }) =>
        key.type === 'text' && value.type === 'text'
          ? [{ key: key.value, value: value.value, at: value.start }]
          : [],
      );
    default:
      return [];
  }
}
