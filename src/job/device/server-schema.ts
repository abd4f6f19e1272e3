/**
 * The schema that LAVA's scheduler applies to a rendered device configuration (`lava_scheduler_app/schema.py`,
 * `Device.is_valid`), per release. LAVA sets a device that does not comply to Bad. The schema rejects unknown keys, and
 * requires almost nothing.
 */
import {
  all,
  any,
  anyList,
  anyMapping,
  bool,
  integer,
  lengthOf,
  listOf,
  mapping,
  nothing,
  perRelease,
  record,
  required,
  saying,
  text,
  textOfLength,
  valueOf,
  type ReleaseGate,
  type RequiredKey,
  type Schema,
} from '../schema/index.js';
import { deviceTimeout, timeoutName } from '../submission/timeouts.js';

/** The schema for the configurations that a release accepts. */
export const serverSchema = perRelease(build);

function build(gate: ReleaseGate): Schema {
  return mapping({
    character_delays: anyMapping,
    commands: commands(gate),
    constants: anyMapping,
    adb_serial_number: text,
    fastboot_serial_number: text,
    fastboot_options: listOf(text),
    fastboot_via_uboot: bool,
    ...gate.keysSince(202502, { fastboot_auto_detection: bool }),
    device_info: listOf(anyMapping),
    static_info: listOf(anyMapping),
    storage_info: listOf(anyMapping),
    environment: anyMapping,
    flash_cmds_order: anyList,
    parameters: anyMapping,
    board_id: text,
    usb_vendor_id: usbId,
    usb_product_id: usbId,
    usb_sleep: integer,
    usb_filesystem_label: text,
    usb_serial_driver: text,
    actions: actions(gate),
    timeouts: mapping({ actions: named(deviceTimeout), connections: named(deviceTimeout) }),
    available_architectures: anyList,
    uuu_usb_otg_path: gate.since(202305, any(listOf(text), text), text),
    ...gate.keysSince(202202, { uuu_usb_otg_path_command: listOf(text) }),
    uuu_corrupt_boot_media_command: listOf(text),
    ...gate.keysSince(202606, { hostname: text, devicetype: text, board_qdl_id: text }),
  });
}

function actions({ since, keysSince }: ReleaseGate): Schema {
  const emptyOrMapping = any(nothing, anyMapping);
  const methods = since<Schema | RequiredKey>(202604, emptyOrMapping, required(anyMapping));
  const docker = mapping({ global_options: anyList, options: anyList });
  return mapping({
    deploy: mapping({
      connections: since(202604, emptyOrMapping, anyMapping),
      methods,
      parameters: record(any(text, bool)),
    }),
    boot: mapping({ connections: methods, methods }),
    ...keysSince(202108, { test: mapping({ methods: mapping({ docker }) }) }),
  });
}

/** Accepts any command besides those with a known form. */
function commands(gate: ReleaseGate): Schema {
  return mapping(
    {
      connections: record(mapping({ connect: text, tags: anyList })),
      users: record(userCommands(gate)),
      ...gate.keysSince(202201, { must_use_connection: bool }),
    },
    { others: { keys: text, values: any(text, anyList, anyMapping) } },
  );
}

function userCommands({ since }: ReleaseGate): Schema {
  const notEmpty = textOfLength(1);
  const command = since(202607, any(notEmpty, listOf(notEmpty, 1)), text);
  return mapping({ do: required(command), undo: command });
}

/** Values by the name of an action or of a connection. */
function named(values: Schema): Schema {
  return record(values, timeoutName);
}

const usbId = all(
  text,
  saying(
    (value) => `${JSON.stringify(value)} does not have 4 characters`,
    valueOf(
      'a string of 4 characters',
      (value) => typeof value === 'string' && value.length <= 8 && lengthOf(value) === 4,
    ),
  ),
);
