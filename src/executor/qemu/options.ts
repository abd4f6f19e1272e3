/**
 * The options of QEMU that a job may use, and with which values. Not listed: whatever reads, writes or runs something on the
 * worker (-chardev, -fsdev, -virtfs, -readconfig, -L, ...), opens a port (-gdb, -vnc, hostfwd), or opens a monitor, which can
 * do all of that.
 */

/** One value, or part of a value, between commas. */
export type ValueRule =
  /** Numbers and names, which cannot be a path. */
  | 'word'
  /** `{label}` of an image that the job deploys. */
  | 'image'
  | RegExp;

export type OptionRule =
  | { readonly is: 'flag' }
  /** Any text: QEMU passes it to the guest. */
  | { readonly is: 'text' }
  | { readonly is: 'value'; readonly value: ValueRule }
  | {
      readonly is: 'list';
      /** What stands first, without a key; undefined if every part has a key. */
      readonly first?: ValueRule;
      readonly keys: Readonly<Record<string, ValueRule>>;
      /** Rule for all keys that are not in `keys`. Default: they are not allowed. */
      readonly others?: ValueRule;
      readonly denied?: readonly string[];
    };

export const wordPattern = /^[\w.+:~-]*$/;

const flag = { is: 'flag' } as const;
const image = { is: 'value', value: 'image' } as const;
const words = { is: 'list', first: 'word', keys: {}, others: 'word' } as const;

function one(pattern: RegExp): OptionRule {
  return { is: 'value', value: pattern };
}

function keyed(
  first: ValueRule | undefined,
  names: string,
  more: Record<string, ValueRule> = {},
): OptionRule {
  const keys = Object.fromEntries(names.split(' ').map((name) => [name, 'word' as const]));
  return { is: 'list', ...(first === undefined ? {} : { first }), keys: { ...keys, ...more } };
}

const devices = new RegExp(
  `^(?:${[
    'virtio-(?:blk|net|rng|scsi|serial|balloon|gpu|keyboard|mouse|tablet|iommu)(?:-(?:pci|device|ccw))?',
    'virtio-vga|VGA|bochs-display|ramfb|cirrus-vga',
    'virtserialport|virtconsole',
    'e1000e?|rtl8139|ne2k_pci|pcnet|i8255\\w+|vmxnet3|tulip|usb-net|lan9118|smc91c111',
    'scsi-(?:hd|cd|disk)|ide-(?:hd|cd|drive)|sd-card|nvme(?:-ns)?|ich9-ahci|ahci|lsi53c895a|megasas|am53c974',
    'usb-(?:storage|uas|tablet|kbd|mouse|hub|ehci)|(?:qemu|nec-usb)-xhci|piix[34]-usb-uhci|ich9-usb-\\w+',
    'pcie-root-port|pcie-pci-bridge|pci-bridge|ioh3420|x3130-upstream|xio3130-downstream',
    'i6300esb|ib700|isa-debug-exit|pvpanic|intel-hda|hda-(?:duplex|output|micro)|AC97|loader|intel-iommu',
  ].join('|')})$`,
);

const network = keyed(
  /^(?:none|nic|user)$/,
  'id name vlan netdev model mac macaddr addr vectors ipv4 ipv6 host dns dhcpstart hostname domainname restrict',
  { net: /^[\d./]+$/ },
);

/** By name, without dashes. */
export const jobOptions: ReadonlyMap<string, OptionRule> = new Map<string, OptionRule>([
  ...['nographic', 'enable-kvm', 'no-reboot', 'no-shutdown', 'snapshot', 'usb', 'nodefaults'].map(
    (name): [string, OptionRule] => [name, flag],
  ),
  ...['no-acpi', 'no-hpet', 'no-fd-bootchk', 'no-user-config'].map((name): [string, OptionRule] => [
    name,
    flag,
  ]),
  ...['m', 'smp', 'cpu', 'accel', 'rtc', 'uuid', 'vga', 'watchdog', 'watchdog-action', 'name'].map(
    (name): [string, OptionRule] => [name, words],
  ),
  ...['kernel', 'initrd', 'dtb', 'bios', 'pflash', 'cdrom', 'sd', 'mtdblock'].map(
    (name): [string, OptionRule] => [name, image],
  ),
  ...['hda', 'hdb', 'hdc', 'hdd', 'fda', 'fdb'].map((name): [string, OptionRule] => [name, image]),
  ['append', { is: 'text' }],
  ['monitor', one(/^(?:none|null)$/)],
  ['parallel', one(/^(?:none|null)$/)],
  ['serial', one(/^(?:none|null|stdio)$/)],
  ['display', one(/^none$/)],
  ['boot', keyed('word', 'order once menu strict reboot-timeout splash-time')],
  ...['machine', 'M'].map((name): [string, OptionRule] => [
    name,
    keyed(
      'word',
      'type accel usb gic-version virtualization secure highmem its iommu mte smm vmport kernel_irqchip kernel-irqchip ' +
        'graphics hpet acpi pit sata smbus nvdimm hmat ras mem-merge dump-guest-core ic-mode aclint',
    ),
  ]),
  [
    'drive',
    keyed(
      undefined,
      'if id index bus unit media cache snapshot readonly read-only aio discard detect-zeroes werror rerror copy-on-read',
      { file: 'image', format: /^(?:raw|qcow2)$/ },
    ),
  ],
  [
    'device',
    {
      is: 'list',
      first: devices,
      keys: { file: 'image' },
      others: 'word',
      // `driver` replaces what stands first; `romfile` is a file on the worker.
      denied: ['driver', 'romfile'],
    },
  ],
  ...['netdev', 'net', 'nic'].map((name): [string, OptionRule] => [name, network]),
  [
    'object',
    keyed(/^(?:rng-random|rng-builtin|memory-backend-ram|iothread)$/, 'id size share', {
      filename: /^\/dev\/u?random$/,
    }),
  ],
  [
    'smbios',
    keyed(undefined, 'type manufacturer product version serial uuid sku family vendor date release'),
  ],
]);
