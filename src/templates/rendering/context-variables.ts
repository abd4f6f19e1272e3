/** Variables that a job's `context` may set (LAVA 2026.07; sites may allow more). A lab need not define them. */
export const contextVariables: ReadonlySet<string> = new Set(
  `arch boot_character_delay boot_console boot_retry boot_root booti_dtb_addr booti_kernel_addr booti_ramdisk_addr
  bootloader_prompt bootm_dtb_addr bootm_kernel_addr bootm_ramdisk_addr bootz_dtb_addr bootz_kernel_addr
  bootz_ramdisk_addr console_device cpu custom_kernel_args deploy_character_delay extra_kernel_args extra_nfsroot_args extra_options
  failure_retry guestfs_driveid guestfs_interface guestfs_size kernel_loglevel kernel_start_message
  lava_test_results_dir machine memory menu_interrupt_prompt model monitor mustang_menu_list netdevice no_kvm no_network serial
  test_character_delay tftp_mac_address uboot_altbank uboot_extra_error_message uboot_needs_interrupt vga`.split(
    /\s+/,
  ),
);

/**
 * Variables of a dictionary that LAVA itself reads: `manage sync` reads `sync_to_lava`. No supported release reads
 * `exclusive`, an old setting that many dictionaries still contain.
 */
export const readByLava: ReadonlySet<string> = new Set(['sync_to_lava', 'exclusive']);
