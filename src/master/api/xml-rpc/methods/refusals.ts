import { RpcFault } from '../../../../xml-rpc/index.js';
import { configurationRefusal } from '../../configuration-refusal.js';
import type { RpcMethod, RpcMethods } from '../method.js';

/** LAVA's methods that write configuration (LAVA 2020.05 to 2026.10). Here they report where to change it instead. */
const setters = `
  auth.groups.add auth.groups.delete auth.groups.perms.add auth.groups.perms.delete
  auth.users.groups.add auth.users.groups.delete
  scheduler.aliases.add scheduler.aliases.delete
  scheduler.device_types.add scheduler.device_types.update
  scheduler.device_types.aliases.add scheduler.device_types.aliases.delete
  scheduler.device_types.set_health_check scheduler.device_types.set_template
  scheduler.devices.add scheduler.devices.delete scheduler.devices.set_dictionary
  scheduler.devices.perms_add scheduler.devices.perms_delete
  scheduler.devices.tags.add scheduler.devices.tags.delete
  scheduler.tags.add scheduler.tags.delete
  scheduler.workers.add scheduler.workers.delete scheduler.workers.set_certificate
  scheduler.workers.set_config scheduler.workers.set_env scheduler.workers.set_env_dut
  system.assign_perm_device system.assign_perm_device_type
  system.revoke_perm_device system.revoke_perm_device_type
`;

/** Accepts any parameters. */
const refusal: RpcMethod = {
  access: 'reader',
  help: 'Rejected: the configuration of this master comes from a lab repo.',
  signature: '',
  call: async (_name, _values, { db }) => {
    throw new RpcFault(403, await configurationRefusal(db));
  },
};

export const refusedMethods: RpcMethods = Object.fromEntries(
  setters
    .trim()
    .split(/\s+/)
    .map((name) => [name, refusal]),
);
