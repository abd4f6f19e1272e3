import { stringify } from 'yaml';
import { checkDevices } from '../../../views/index.js';
import { fileValue, method, type RpcMethods } from '../method.js';
import { optionalText } from '../parameters.js';

export const systemMethods: RpcMethods = {
  'system.version': method({
    access: 'anyone',
    // Not in the form of LAVA's releases: lavacli then uses the newest calls that it knows.
    help: 'The version of lavaflow.',
    parameters: {},
    call: (_given, { context }) => context.version,
  }),
  'system.api_version': method({
    access: 'anyone',
    help: "The version of LAVA's XML-RPC API that this is.",
    parameters: {},
    call: () => 2,
  }),
  'system.whoami': method({
    access: 'anyone',
    help: 'The name of the user of the token; nil without one.',
    parameters: {},
    call: (_given, { identity }) => identity?.username ?? null,
  }),
  'system.get_master_certificate': method({
    access: 'reader',
    help: "The master's public certificate, for dispatchers.",
    parameters: {},
    call: (_given, { context }) => fileValue(context.masterCertificate),
  }),
  'scheduler.validate_pipeline_devices': method({
    access: 'reader',
    help: 'For each device (of a type, or one): whether its dictionary renders to a configuration.',
    parameters: { name: optionalText },
    async call({ name }, { context, db }) {
      const problems = await checkDevices(db, context.renderer, name);
      const verdicts = [...problems].map(([hostname, problem]) => [
        hostname,
        problem === null ? { Valid: null } : { Invalid: problem },
      ]);
      return fileValue(stringify(Object.fromEntries(verdicts)));
    },
  }),
};
