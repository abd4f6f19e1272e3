/**
 * The schema that LAVA's scheduler applies to a rendered device configuration (`lava_scheduler_app`, `Device.is_valid`).
 * LAVA sets a device that does not comply to Bad. The schema rejects unknown keys, and requires almost nothing.
 *
 * This is the schema of LAVA 2023.01. Rules that depend on the release are written as `since(release, year and month, ...)`.
 */
import { list, mapping, optional, record, required, type Field } from '../read/collections.js';
import type { Place } from '../read/place.js';
import { anyMapping, anything, bool, describe, text, type Reader } from '../read/values.js';

/** Returns a reader for the configurations that a release accepts. @param release year × 100 + month */
export function serverSchema(release: number): Reader<unknown> {
  return mapping({
    character_delays: optional(anyMapping),
    commands: optional(commands(release)),
    constants: optional(anyMapping),
    adb_serial_number: optional(text),
    fastboot_serial_number: optional(text),
    fastboot_options: optional(list(text)),
    fastboot_via_uboot: optional(bool),
    device_info: optional(list(anyMapping)),
    static_info: optional(list(anyMapping)),
    storage_info: optional(list(anyMapping)),
    environment: optional(anyMapping),
    flash_cmds_order: optional(list(anything)),
    parameters: optional(anyMapping),
    board_id: optional(text),
    usb_vendor_id: optional(usbId),
    usb_product_id: optional(usbId),
    usb_sleep: optional(integer),
    usb_filesystem_label: optional(text),
    usb_serial_driver: optional(text),
    actions: optional(actions(release)),
    timeouts: optional(mapping({ actions: optional(named(timeout)), connections: optional(named(timeout)) })),
    available_architectures: optional(list(anything)),
    uuu_usb_otg_path: optional(text),
    ...since(release, 202202, { uuu_usb_otg_path_command: optional(list(text)) }),
    uuu_corrupt_boot_media_command: optional(list(text)),
  });
}

/** Keys that LAVA accepts since a given release. */
function since<S extends Readonly<Record<string, Field<unknown>>>>(
  release: number,
  first: number,
  keys: S,
): S | Readonly<Record<string, never>> {
  return release >= first ? keys : {};
}

function actions(release: number): Reader<unknown> {
  return mapping({
    deploy: optional(
      mapping({
        connections: optional(anyMapping),
        methods: required(anyMapping),
        parameters: optional(record(textOrBool)),
      }),
    ),
    boot: optional(mapping({ connections: required(anyMapping), methods: required(anyMapping) })),
    ...since(release, 202108, {
      test: optional(
        mapping({
          methods: optional(
            mapping({
              docker: optional(
                mapping({ global_options: optional(list(anything)), options: optional(list(anything)) }),
              ),
            }),
          ),
        }),
      ),
    }),
  });
}

const connections = record(mapping({ connect: optional(text), tags: optional(list(anything)) }));
const users = record(mapping({ do: required(text), undo: optional(text) }));

/** Accepts any command besides those with a known form. */
function commands(release: number): Reader<unknown> {
  return (value, place) => {
    const source = anyMapping(value, place);
    for (const [name, command] of Object.entries(source ?? {})) {
      commandReader(name, release)(command, place.in(name));
    }
    return source;
  };
}

function commandReader(name: string, release: number): Reader<unknown> {
  if (name === 'connections') return connections;
  if (name === 'users') return users;
  return name === 'must_use_connection' && release >= 202201 ? bool : anyCommand;
}

function anyCommand(value: unknown, place: Place): unknown {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  return anyMapping(value, place);
}

const timeoutUnits = ['days', 'hours', 'minutes', 'seconds'] as const;
const timeoutShape = mapping({
  days: optional(integer),
  hours: optional(integer),
  minutes: optional(integer),
  seconds: optional(integer),
  skip: optional(bool),
});

/** Accepts at most one unit, with any whole number. */
function timeout(value: unknown, place: Place): unknown {
  const read = timeoutShape(value, place);
  if (read === null) return null;
  const given = timeoutUnits.filter((unit) => read[unit] !== undefined);
  return given.length > 1 ? place.report(`has both ${given.join(' and ')}`, 'Keep one of them.') : read;
}

/** Values by action name or connection name. */
function named(read: Reader<unknown>): Reader<unknown> {
  return (value, place) => {
    const source = anyMapping(value, place);
    for (const [name, item] of Object.entries(source ?? {})) {
      // Python's `$` also matches before a line feed at the end.
      if (/^[a-z-]+\n?$/.test(name)) read(item, place.in(name));
      else place.in(name).report('unknown key', 'Use only lower-case letters and hyphens.');
    }
    return source;
  };
}

function textOrBool(value: unknown, place: Place): unknown {
  return typeof value === 'string' || typeof value === 'boolean'
    ? value
    : place.report(`expected a string, true or false, got ${describe(value)}`);
}

/** In Python, true and false are whole numbers. */
function integer(value: unknown, place: Place): number | boolean | null {
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isInteger(value))) return value;
  return place.report(`expected a whole number, got ${describe(value)}`);
}

function usbId(value: unknown, place: Place): string | null {
  const id = text(value, place);
  return id === null || /^.{4}$/su.test(id)
    ? id
    : place.report(`${JSON.stringify(id)} does not have 4 characters`);
}
