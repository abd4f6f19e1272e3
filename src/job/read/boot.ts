import { isMapping } from '../../pyyaml/index.js';
import type { AutoLogin, BootBlock, BootMethod, OtherBlock } from '../definition.js';
import { commonFields, toCommon } from './block.js';
import { list, mapping, oneOrMore, optional, reportMissing, required } from './collections.js';
import type { Place } from './place.js';
import { anything, bool, literal, nonEmptyText, text } from './values.js';

const login = mapping({
  login_prompt: required(nonEmptyText),
  username: required(text),
  password_prompt: optional(nonEmptyText),
  password: optional(text),
  login_commands: optional(list(nonEmptyText, 1)),
});

const bootFields = {
  ...commonFields,
  prompts: optional(oneOrMore(nonEmptyText)),
  auto_login: optional(login),
  failure_message: optional(nonEmptyText),
  parameters: optional(
    mapping({ 'kernel-start-message': optional(text), 'shutdown-message': optional(nonEmptyText) }),
  ),
  soft_reboot: optional(oneOrMore(text)),
  transfer_overlay: optional(anything),
  'connection-namespace': optional(text),
};

const qemu = mapping({
  ...bootFields,
  method: required(literal('qemu')),
  connection: optional(literal('serial')),
  media: optional(literal('tmpfs')),
  docker: optional(anything),
});

const uBoot = mapping({
  ...bootFields,
  method: required(literal('u-boot')),
  commands: required(anyCommands),
  use_bootscript: optional(bool),
  // From LAVA before 2018. Today the kernel type belongs to the deploy action.
  type: optional(text),
});

const minimal = mapping({
  ...bootFields,
  method: required(literal('minimal')),
  pre_power_command: optional(bool),
  pre_os_command: optional(bool),
  reset: optional(bool),
});

/** Reads `boot`. For methods other than qemu, u-boot and minimal, it returns only their names. */
export function readBoot(value: unknown, place: Place): BootBlock | OtherBlock | null {
  if (!isMapping(value) || !Object.hasOwn(value, 'method')) {
    return reportMissing(place, 'method');
  }
  const method = text(value['method'], place.in('method'));
  switch (method) {
    case null:
      return null;
    case 'qemu': {
      const read = qemu(value, place);
      return read && toBlock(read, { name: 'qemu' }, place);
    }
    case 'u-boot': {
      const read = uBoot(value, place);
      return read && toBlock(read, { name: 'u-boot', commands: read.commands }, place);
    }
    case 'minimal': {
      const read = minimal(value, place);
      return read && toBlock(read, toMinimal(read), place);
    }
    default:
      return { kind: 'other', section: 'boot', method };
  }
}

function toMinimal(read: NonNullable<ReturnType<typeof minimal>>): BootMethod {
  return {
    name: 'minimal',
    isReset: read.reset ?? true,
    hasPrePower: read.pre_power_command ?? false,
    hasPreOs: read.pre_os_command ?? false,
  };
}

type BootKeys = NonNullable<ReturnType<typeof minimal>>;

function toBlock(
  read: Omit<BootKeys, 'method' | 'reset' | 'pre_power_command' | 'pre_os_command'>,
  method: BootMethod,
  place: Place,
): BootBlock {
  if (read.auto_login !== undefined && read.prompts === undefined) {
    place.in('prompts').report('required key not provided: auto_login waits for a prompt after login');
  }
  return {
    kind: 'boot',
    ...toCommon(read, place),
    method,
    prompts: read.prompts,
    autoLogin: read.auto_login && toLogin(read.auto_login, place.in('auto_login')),
    failureMessage: read.failure_message,
    kernelStartMessage: read.parameters?.['kernel-start-message'],
    shutdownMessage: read.parameters?.['shutdown-message'],
    softReboot: read.soft_reboot,
  };
}

function toLogin(read: NonNullable<ReturnType<typeof login>>, place: Place): AutoLogin {
  const { password_prompt: prompt, password } = read;
  if ((prompt === undefined) !== (password === undefined)) {
    place.report('password_prompt and password must be used together');
  }
  return {
    loginPrompt: read.login_prompt,
    username: read.username,
    password: prompt === undefined || password === undefined ? undefined : { prompt, text: password },
    commands: read.login_commands ?? [],
  };
}

/** Reads the name of commands that the device has, or the commands themselves. */
function anyCommands(value: unknown, place: Place): string | readonly string[] | null {
  return Array.isArray(value) ? list(text, 1)(value, place) : nonEmptyText(value, place);
}
