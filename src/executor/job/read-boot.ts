import {
  asMapping,
  bool,
  list,
  literal,
  mapping,
  nonEmptyText,
  oneOrMore,
  optional,
  pattern,
  refused,
  required,
  text,
  type Problems,
} from './check.js';
import type { AutoLogin, BootBlock, BootMethod } from './definition.js';
import { commonFields, toCommon } from './read-block.js';

const login = mapping({
  login_prompt: required(pattern),
  username: required(text),
  password_prompt: optional(pattern),
  password: optional(text),
  login_commands: optional(list(nonEmptyText, 1)),
});

const bootFields = {
  ...commonFields,
  prompts: optional(oneOrMore(pattern)),
  auto_login: optional(login),
  failure_message: optional(pattern),
  parameters: optional(
    mapping({ 'kernel-start-message': optional(text), 'shutdown-message': optional(pattern) }),
  ),
  soft_reboot: optional(oneOrMore(text)),
  transfer_overlay: refused('overlays are not transferred here; inline tests are typed over the console'),
  'connection-namespace': refused('a boot makes its own connection here'),
};

const qemu = mapping({
  ...bootFields,
  method: required(literal('qemu')),
  connection: optional(literal('serial')),
  media: optional(literal('tmpfs')),
  docker: refused('QEMU is run on the worker itself here, not in docker'),
});

const uBoot = mapping({
  ...bootFields,
  method: required(literal('u-boot')),
  commands: required(anyCommands),
  use_bootscript: refused('boot scripts need tftp, which is not served here'),
  type: refused('deprecated in LAVA: the kernel type belongs to the deploy action'),
});

const minimal = mapping({
  ...bootFields,
  method: required(literal('minimal')),
  pre_power_command: optional(bool),
  pre_os_command: optional(bool),
  reset: optional(bool),
});

/** `boot` with method qemu, u-boot or minimal; every other method is refused. */
export function readBoot(value: unknown, path: string, problems: Problems): BootBlock | undefined {
  const method = asMapping(value)?.['method'];
  switch (method) {
    case 'qemu': {
      const read = qemu(value, path, problems);
      return read && toBlock(read, { name: 'qemu' }, path, problems);
    }
    case 'u-boot': {
      const read = uBoot(value, path, problems);
      return read && toBlock(read, { name: 'u-boot', commands: read.commands }, path, problems);
    }
    case 'minimal': {
      const read = minimal(value, path, problems);
      const known: BootMethod = {
        name: 'minimal',
        isReset: read?.reset ?? true,
        hasPrePower: read?.pre_power_command ?? false,
        hasPreOs: read?.pre_os_command ?? false,
      };
      return read && toBlock(read, known, path, problems);
    }
    case undefined:
      problems.push(`${path}.method: is missing`);
      return undefined;
    default:
      problems.push(
        `${path}.method: ${JSON.stringify(method)} is not run here, only qemu, u-boot and minimal`,
      );
      return undefined;
  }
}

type BootKeys = NonNullable<ReturnType<typeof minimal>>;

function toBlock(
  read: Omit<BootKeys, 'method' | 'reset' | 'pre_power_command' | 'pre_os_command'>,
  method: BootMethod,
  path: string,
  problems: Problems,
): BootBlock {
  if (read.auto_login !== undefined && read.prompts === undefined) {
    problems.push(`${path}.prompts: is missing (auto_login waits for one after the login)`);
  }
  return {
    kind: 'boot',
    ...toCommon(read, path, problems),
    method,
    prompts: read.prompts,
    autoLogin: read.auto_login && toLogin(read.auto_login, `${path}.auto_login`, problems),
    failureMessage: read.failure_message,
    kernelStartMessage: read.parameters?.['kernel-start-message'],
    shutdownMessage: read.parameters?.['shutdown-message'],
    softReboot: read.soft_reboot,
  };
}

function toLogin(read: NonNullable<ReturnType<typeof login>>, path: string, problems: Problems): AutoLogin {
  const { password_prompt: prompt, password } = read;
  if ((prompt === undefined) !== (password === undefined)) {
    problems.push(`${path}: password_prompt and password belong together`);
  }
  return {
    loginPrompt: read.login_prompt,
    username: read.username,
    password: prompt === undefined || password === undefined ? undefined : { prompt, text: password },
    commands: read.login_commands ?? [],
  };
}

function anyCommands(
  value: unknown,
  path: string,
  problems: Problems,
): string | readonly string[] | undefined {
  return Array.isArray(value) ? list(text, 1)(value, path, problems) : nonEmptyText(value, path, problems);
}
