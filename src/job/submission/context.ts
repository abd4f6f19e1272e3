import {
  any,
  integer,
  listOf,
  mapping,
  text,
  withUnknown,
  type ReleaseGate,
  type Schema,
} from '../schema/index.js';

/** The context variables that LAVA accepts (`CONTEXT_VARIABLES` of `lava_common`). */
function contextVariables({ since }: ReleaseGate): readonly string[] {
  return [
    ...`arch boot_console boot_root cpu extra_options guestfs_driveid guestfs_interface guestfs_size machine memory model
    monitor netdevice no_kvm serial vga booti_dtb_addr booti_kernel_addr booti_ramdisk_addr bootm_dtb_addr
    bootm_kernel_addr bootm_ramdisk_addr bootz_dtb_addr bootz_kernel_addr bootz_ramdisk_addr boot_character_delay
    bootloader_prompt console_device custom_kernel_args extra_kernel_args extra_nfsroot_args kernel_loglevel
    kernel_start_message lava_test_results_dir menu_interrupt_prompt mustang_menu_list test_character_delay
    tftp_mac_address uboot_extra_error_message uboot_needs_interrupt`.split(/\s+/),
    ...since(202108, ['boot_retry', 'failure_retry'], []),
    ...since(202201, ['uboot_altbank'], []),
    ...since(202502, ['no_network'], []),
    ...since(202602, ['deploy_character_delay'], []),
  ];
}

const value = any(integer, text, listOf(any(integer, text)));

/** The context of a job or of a role. Unknown variables are always rejected. */
export function contextSchema(gate: ReleaseGate, extraVariables: readonly string[]): Schema {
  const names = [...contextVariables(gate), ...extraVariables];
  return withUnknown('rejected', mapping(Object.fromEntries(names.map((name) => [name, value]))));
}
