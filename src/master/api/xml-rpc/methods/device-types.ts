import { RpcFault } from '../../../../xml-rpc/index.js';
import { healthCheckOf, listDeviceTypes, showDeviceType, templateOf } from '../../../views/index.js';
import { fileValue, method, type Caller, type RpcMethods } from '../method.js';
import { flag, text } from '../parameters.js';

export const deviceTypeMethods: RpcMethods = {
  'scheduler.device_types.list': method({
    access: 'reader',
    help: 'Lists device types with the number of their devices; hidden ones only with show_all.',
    parameters: { show_all: flag },
    call: async ({ show_all: includeHidden }, { db }) =>
      (await listDeviceTypes(db, { includeHidden })).items.map((type) => ({
        name: type.name,
        devices: type.deviceCount,
        installed: true,
        template: type.hasTemplate,
      })),
  }),
  'scheduler.device_types.show': method({
    access: 'reader',
    help: 'Returns a device type.',
    parameters: { name: text },
    async call({ name }, { db }) {
      const type = await typeOf(db, name);
      return {
        name: type.name,
        description: type.description,
        display: type.display,
        health_disabled: type.healthChecksDisabled,
        health_denominator: type.healthCheckFrequency.unit,
        health_frequency: type.healthCheckFrequency.every,
        aliases: type.aliases,
        devices: type.devices,
        default_template: false,
        // A member of older releases, which lavacli's `system export` reads.
        owners_only: false,
      };
    },
  }),
  'scheduler.device_types.get_template': method({
    access: 'reader',
    help: 'Returns a template, either of a device type or a base template.',
    parameters: { name: text },
    async call({ name }, { db }) {
      const template = await templateOf(db, name);
      if (template === undefined) throw new RpcFault(404, `Device-type '${name}' was not found.`);
      return fileValue(template);
    },
  }),
  'scheduler.device_types.get_health_check': method({
    access: 'reader',
    help: 'Returns the health-check job of devices whose dictionary extends this template.',
    parameters: { name: text },
    async call({ name }, { db }) {
      const job = await healthCheckOf(db, name);
      if (job === undefined) throw new RpcFault(404, `Health-check '${name}' was not found.`);
      return fileValue(job);
    },
  }),
  'scheduler.device_types.aliases.list': method({
    access: 'reader',
    help: 'Returns the aliases of a device type.',
    parameters: { name: text },
    call: async ({ name }, { db }) => (await typeOf(db, name)).aliases,
  }),
};

async function typeOf(db: Caller['db'], name: string) {
  const type = await showDeviceType(db, name);
  if (type === undefined) throw new RpcFault(404, `Device-type '${name}' was not found.`);
  return type;
}
