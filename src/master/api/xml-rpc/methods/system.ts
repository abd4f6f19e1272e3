import { stringify } from 'yaml';
import { checkDevices } from '../../../views/index.js';
import { fileValue, method, type RpcMethods } from '../method.js';
import { optionalText } from '../parameters.js';

export const systemMethods: RpcMethods = {
  'system.version': method({
    access: 'anyone',
    // Does not look like a LAVA release, so lavacli uses the newest calls that it supports.
    help: 'Returns the version of lavaflow.',
    parameters: {},
    call: (_given, { context }) => context.version,
  }),
  'system.api_version': method({
    access: 'anyone',
    help: "Returns the version of LAVA's XML-RPC API that this master implements.",
    parameters: {},
    call: () => 2,
  }),
  'system.whoami': method({
    access: 'anyone',
    help: 'Returns the name of the user of the token; nil without one.',
    parameters: {},
    call: (_given, { identity }) => identity?.username ?? null,
  }),
  'system.get_master_certificate': method({
    access: 'reader',
    help: "Returns the master's public certificate, for dispatchers.",
    parameters: {},
    call: (_given, { context }) => fileValue(context.masterCertificate),
  }),
  'scheduler.validate_pipeline_devices': method({
    access: 'reader',
    help: 'Checks whether the dictionaries of devices (all, of a type, or one) render to a configuration.',
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
