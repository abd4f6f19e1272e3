import type { Master } from '../master.js';
import { notFound } from '../refusal.js';
import { type Answer, file, json, type RestRequest } from './request.js';

/** `GET /system/...`, without credentials. Null if there is no such path. */
export function system(master: Master, request: RestRequest, name: string): Answer | null {
  switch (name) {
    case 'version':
      return json(200, { version: master.release.name });
    case 'whoami':
      return json(200, { user: request.caller?.name ?? '' });
    case 'master_config':
      return json(200, {
        EVENT_TOPIC: 'org.lavasoftware',
        EVENT_SOCKET: 'tcp://*:5500',
        EVENT_NOTIFICATION: false,
        LOG_SIZE_LIMIT: 10,
      });
    case 'certificate': {
      if (!master.release.hasCertificates) return null;
      const text = master.state.files.get('certificates.d/master.key');
      if (typeof text !== 'string') throw notFound();
      return file('text/plain', text);
    }
    default:
      return null;
  }
}
