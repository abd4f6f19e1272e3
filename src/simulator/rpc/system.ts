import { stringify } from 'yaml';
import { Refusal } from '../refusal.js';
import { readText } from '../state/files.js';
import { renderedText } from '../state/render.js';
import { bytes, optionalTextAt, type RpcMethods } from './method.js';

export const systemMethods: RpcMethods = {
  'system.version': { parameters: [], access: 'anyone', call: (master) => master.release.name },
  'system.api_version': { parameters: [], access: 'anyone', call: () => 2 },
  'system.whoami': {
    parameters: [],
    access: 'anyone',
    call: (_master, _parameters, caller) => caller?.name ?? null,
  },
  'system.master_config': {
    parameters: [],
    access: 'anyone',
    call: () => ({
      EVENT_TOPIC: 'org.lavasoftware',
      EVENT_SOCKET: 'tcp://*:5500',
      EVENT_NOTIFICATION: false,
      LOG_SIZE_LIMIT: 10,
    }),
  },
  'system.get_master_certificate': {
    parameters: [],
    isThere: (release) => release.hasCertificates,
    access: 'users',
    call(master) {
      const text = master.state.files.get('certificates.d/master.key');
      if (typeof text !== 'string') throw new Refusal(404, 'the master has no certificate');
      return bytes(text);
    },
  },
  'scheduler.validate_pipeline_devices': {
    parameters: ['name=None'],
    access: 'anyone',
    call(master, parameters) {
      const name = optionalTextAt(parameters, 0);
      const rows = [...master.state.devices.values()].filter(
        (row) =>
          row.health !== 'Retired' && (name === null || row.deviceType === name || row.hostname === name),
      );
      if (name !== null && rows.length === 0) throw new Refusal(404, `there is no device '${name}'`);
      const verdicts = rows.map((row) => {
        const text = renderedText(master, readText(master, 'device', row.hostname), row, null);
        return [
          row.hostname,
          text === null ? { Invalid: 'there is no configuration' } : { Valid: null },
        ] as const;
      });
      return bytes(stringify(Object.fromEntries(verdicts)));
    },
  },
};
