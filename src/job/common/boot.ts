import {
  any,
  bool,
  exactly,
  integer,
  listOf,
  mapping,
  oneOf,
  record,
  required,
  text,
  textOfLength,
  type Keys,
  type ReleaseGate,
  type Schema,
} from '../schema/index.js';
import { actionKeys, dockerKeys, oneOrMany, strings } from './action.js';

const notEmpty = textOfLength(1);
const prompts = any(notEmpty, listOf(notEmpty));

/** The schemas of `boot` by method (`lava_common/schemas/boot`). */
export function bootSchemas(gate: ReleaseGate): ReadonlyMap<string, Schema> {
  const common = commonKeys(gate);
  return new Map(
    Object.entries(methodKeys(gate)).map(([method, keys]) => [
      method,
      mapping({ ...common, method: required(exactly(method)), ...keys }),
    ]),
  );
}

function commonKeys(gate: ReleaseGate): Keys {
  return {
    ...actionKeys(gate),
    parameters: mapping({
      'kernel-start-message': text,
      'shutdown-message': text,
      ...gate.keysSince(202506, { 'bootloader-final-message': text }),
    }),
    soft_reboot: oneOrMany,
    ...gate.keysSince(202506, { ignore_kernel_messages: bool }),
  };
}

function methodKeys(gate: ReleaseGate): Readonly<Record<string, Keys>> {
  const { since, keysSince, keysBefore } = gate;
  const auto_login = autoLogin(gate);
  const transfer_overlay = transferOverlay(gate);
  const docker = mapping(dockerKeys(gate));
  const system = { prompts, auto_login, transfer_overlay };
  const scripted = { ...system, use_bootscript: bool };
  const commands = required(oneOrMany);
  const secondaryMedia = keysSince(202610, {
    kernel: text,
    ramdisk: text,
    dtb: text,
    root_uuid: text,
    boot_part: any(integer, text),
  });
  const grub = {
    ...scripted,
    ...secondaryMedia,
    commands,
    boot_finished: oneOrMany,
    expect_shell: bool,
    ...keysSince(202506, { reset: bool }),
  };
  return {
    ...methodsSince(gate, 202401, {
      avh: {
        bootargs: mapping({ normal: text, restore: text }),
        docker,
        prompts: required(prompts),
        auto_login,
      },
    }),
    barebox: { ...system, commands },
    bootloader: {
      bootloader: required(text),
      commands: since<Keys[string]>(202504, strings, required(strings)),
      use_bootscript: bool,
      prompts,
      ...keysSince(202504, { reset: bool }),
      ...keysSince(202601, { reset_connection: bool, reset_device: bool }),
    },
    'cmsis-dap': {},
    depthcharge: {
      commands,
      use_bootscript: bool,
      transfer_overlay,
      ...keysSince(202202, { prompts }),
      ...keysSince(202205, { extra_kernel_args: text }),
      ...keysSince(202211, { auto_login }),
    },
    dfu: {},
    docker: {
      command: required(text),
      prompts,
      ...keysSince(202301, { 'downloads-namespace': text }),
    },
    fastboot: { ...scripted, commands: strings, docker },
    fvp: {
      use_telnet: bool,
      console_string: required(text),
      ...keysSince(202101, { feedbacks: strings }),
      image: required(text),
      license_variable: text,
      ...keysSince(202308, { ubl_license: text }),
      ...keysSince(202502, { environment: strings }),
      version_string: text,
      arguments: required(strings),
      prompts: since<Keys[string]>(202502, prompts, required(prompts)),
      docker: required(mapping(dockerKeys(gate, 'name'))),
      transfer_overlay,
      auto_login,
      ...keysSince(202506, { erpc_app: text }),
      ...keysSince(202601, { commands: strings }),
    },
    gdb: { commands: required(text), container: text },
    grub,
    'grub-efi': grub,
    ipxe: { ...scripted, commands },
    jlink: {
      ...keysSince(202409, { prompts: strings, commands: strings }),
      ...keysSince(202502, { coretype: text }),
    },
    kexec: {
      ...system,
      boot_message: required(text),
      ...keysSince(202201, { deploy: bool }),
      command: text,
      kernel: text,
      dtb: text,
      initrd: text,
      options: strings,
      'kernel-config': text,
      ...keysSince(202110, { on_panic: bool }),
    },
    ...methodsBefore(gate, 202604, { lxc: { prompts: required(prompts) } }),
    minimal: {
      ...system,
      ...keysSince(202111, { pre_power_command: bool, pre_os_command: bool }),
      reset: bool,
    },
    monitor: {},
    musca: { prompts },
    new_connection: { ...system, connection: required(text) },
    ...methodsSince(gate, 202303, {
      nodebooter: { command: required(text), prompts, 'downloads-namespace': text },
    }),
    openocd: {},
    pyocd: {},
    ...methodsSince(gate, 202606, {
      qdl: {
        firehose_program: required(text),
        rawprogram: required(text),
        patch: text,
        path: text,
        storage: text,
        debug: bool,
        docker,
      },
    }),
    qemu: {
      ...system,
      connection: exactly('serial'),
      media: exactly('tmpfs'),
      docker: mapping({ ...dockerKeys(gate), binary: text }),
    },
    'qemu-iso': { media: required(exactly('img')), prompts, auto_login },
    'qemu-nfs': { ...system, connection: exactly('serial') },
    recovery: { commands: required(oneOf('recovery', 'exit')) },
    schroot: { prompts, connection: required(exactly('ssh')), schroot: required(text) },
    ssh: {
      prompts,
      ...keysBefore(202502, { connection: required(exactly('ssh')) }),
      parameters: mapping({ hostID: text, host_key: text }),
    },
    'u-boot': {
      ...scripted,
      ...secondaryMedia,
      commands,
      ...keysSince(202504, { reset: bool }),
      ...keysSince(202610, { kernel_type: oneOf('image', 'uimage', 'zimage') }),
    },
    uefi: { commands, shell_menu: text, prompts, auto_login },
    'uefi-menu': { commands: text, line_separator: text, prompts, auto_login },
    uuu: {
      commands: required(any(text, listOf(record(text)))),
      docker,
      ...keysSince(202409, { skip_uuu_if_bootloader_valid: bool }),
    },
  };
}

function autoLogin({ since }: ReleaseGate): Schema {
  const user = { login_prompt: required(notEmpty), username: required(text) };
  const ignores = since(202602, false, since(202306, true, false));
  return any(
    mapping({ ...user, login_commands: listOf(notEmpty) }),
    mapping({
      ...user,
      password_prompt: required(text),
      password: required(text),
      login_commands: strings,
      ...(ignores ? { ignore_kernel_messages: bool } : {}),
    }),
  );
}

function transferOverlay({ since, keysSince }: ReleaseGate): Schema {
  const download = mapping({
    download_command: required(text),
    unpack_command: required(text),
    ...keysSince(202208, { transfer_method: text }),
  });
  const zmodem = mapping({ transfer_method: required(exactly('zmodem')), unpack_command: required(text) });
  return since(202602, any(download, zmodem), download);
}

type Methods = Readonly<Record<string, Keys>>;

function methodsSince({ since }: ReleaseGate, first: number, methods: Methods): Methods {
  return since(first, methods, {});
}

function methodsBefore({ since }: ReleaseGate, first: number, methods: Methods): Methods {
  return since(first, {}, methods);
}
