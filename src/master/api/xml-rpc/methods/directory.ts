import { RpcFault } from '../../../../xml-rpc/index.js';
import { findAlias, listAliases } from '../../../store/device-types.js';
import { devicesOfTag, listTags } from '../../../store/tags.js';
import { textParameter, type RpcMethods } from './method.js';

export const directoryMethods: RpcMethods = {
  'scheduler.aliases.list': {
    access: 'reader',
    parameters: [],
    required: 0,
    help: 'Names of all aliases of device types.',
    call: async ({ context }) => (await listAliases(context.store.db)).map((alias) => alias.name),
  },
  'scheduler.aliases.show': {
    access: 'reader',
    parameters: ['name'],
    required: 1,
    help: 'An alias and its device type.',
    call: async (call) => {
      const name = textParameter(call, 0, 'name');
      const alias = await findAlias(call.context.store.db, name);
      if (alias === undefined) throw new RpcFault(404, `Alias '${name}' was not found.`);
      return { name: alias.name, device_type: alias.deviceType };
    },
  },
  'scheduler.tags.list': {
    access: 'reader',
    parameters: [],
    required: 0,
    help: 'All device tags.',
    call: async ({ context }) =>
      (await listTags(context.store.db)).map(({ name, description }) => ({ name, description })),
  },
  'scheduler.tags.show': {
    access: 'reader',
    parameters: ['name'],
    required: 1,
    help: 'A tag and its devices.',
    call: async (call) => {
      const { db } = call.context.store;
      const name = textParameter(call, 0, 'name');
      const tag = (await listTags(db)).find((row) => row.name === name);
      if (tag === undefined) throw new RpcFault(404, `Tag '${name}' was not found.`);
      return { name, description: tag.description, devices: await devicesOfTag(db, tag.id) };
    },
  },
};
