import { stringify } from 'yaml';
import type { XmlRpcValue } from '../../../../xml-rpc/index.js';
import { findDevice, devicesOfType, listDeviceSummaries } from '../../../store/devices.js';
import { fileValue, optionalText, type MethodCall, type RpcMethods } from './method.js';

export const systemMethods: RpcMethods = {
  'system.version': {
    access: 'anyone',
    parameters: [],
    required: 0,
    // Not in the form of LAVA's releases: lavacli then takes the newest calls that it knows.
    help: 'The version of lavaflow.',
    call: ({ context }) => context.version,
  },
  'system.api_version': {
    access: 'anyone',
    parameters: [],
    required: 0,
    help: "The version of LAVA's XML-RPC API that this is.",
    call: () => 2,
  },
  'system.whoami': {
    access: 'anyone',
    parameters: [],
    required: 0,
    help: 'The name of the user of the token; nil without one.',
    call: ({ identity }) => identity?.username ?? null,
  },
  'system.get_master_certificate': {
    access: 'reader',
    parameters: [],
    required: 0,
    help: "The master's public certificate, for dispatchers.",
    call: ({ context }) => fileValue(context.masterCertificate),
  },
  'scheduler.validate_pipeline_devices': {
    access: 'reader',
    parameters: ['name'],
    required: 0,
    help: 'For each device (of a type, or one): whether its dictionary renders to a configuration.',
    call: validateDevices,
  },
};

async function validateDevices(call: MethodCall): Promise<XmlRpcValue> {
  const { renderer, store } = call.context;
  const name = optionalText(call, 0, 'name');
  const named = name === null ? await listDeviceSummaries(store.db) : await devicesOfType(store.db, name);
  const hostnames = named.map((device) => device.hostname);
  if (name !== null && hostnames.length === 0) hostnames.push(name);
  const verdicts: Record<string, { Valid: null } | { Invalid: string }> = {};
  for (const hostname of hostnames) {
    const device = await findDevice(store.db, hostname);
    if (device === undefined || device.health === 'Retired') continue;
    const rendered = await renderer.render(store.db, device, {});
    verdicts[hostname] = rendered.ok ? { Valid: null } : { Invalid: rendered.problem };
  }
  return fileValue(stringify(verdicts));
}
