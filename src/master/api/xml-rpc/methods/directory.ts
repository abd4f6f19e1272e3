import { RpcFault } from '../../../../xml-rpc/index.js';
import { devicesOfTag, findAlias, findTag, listAliases, listTags } from '../../../views/index.js';
import { method, type RpcMethods } from '../method.js';
import { text } from '../parameters.js';

export const directoryMethods: RpcMethods = {
  'scheduler.aliases.list': method({
    access: 'reader',
    help: 'Returns the names of all aliases of device types.',
    parameters: {},
    call: async (_given, { db }) => (await listAliases(db)).items.map((alias) => alias.name),
  }),
  'scheduler.aliases.show': method({
    access: 'reader',
    help: 'Returns an alias and its device type.',
    parameters: { name: text },
    async call({ name }, { db }) {
      const alias = await findAlias(db, name);
      if (alias === undefined) throw new RpcFault(404, `Alias '${name}' was not found.`);
      return { name: alias.name, device_type: alias.deviceType };
    },
  }),
  'scheduler.tags.list': method({
    access: 'reader',
    help: 'Returns all device tags.',
    parameters: {},
    call: async (_given, { db }) =>
      (await listTags(db, {})).items.map(({ name, description }) => ({ name, description })),
  }),
  'scheduler.tags.show': method({
    access: 'reader',
    help: 'Returns a tag and its devices.',
    parameters: { name: text },
    async call({ name }, { db }) {
      const tag = await findTag(db, { name });
      if (tag === undefined) throw new RpcFault(404, `Tag '${name}' was not found.`);
      return { name, description: tag.description, devices: await devicesOfTag(db, tag.id) };
    },
  }),
};
