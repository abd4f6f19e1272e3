import { UsageError } from '../../diagnostics/index.js';
import type { Master } from '../../model/index.js';
import { readEndpoint, type LabPlace } from '../state/index.js';
import { originOf, readSecret, readTokenFile } from './secrets.js';

/** How to reach a master now. */
export interface Access {
  readonly url: string;
  readonly token: string;
  /** Where the token comes from, for messages. */
  readonly tokenOrigin: string;
}

/** The user whose token is sent to our own master. For a stock LAVA both have the same token. */
export type Role = 'admin' | 'reconciler';

/**
 * Finds a master's address and token.
 * @returns the access, or why the master is off: a sentence that states what to set
 * @throws ExternalError when a token file cannot be read
 */
export function accessTo(master: Master, role: Role, place: LabPlace): Access | { readonly off: string } {
  const { address } = master;
  if ('embedded' in address) {
    const endpoint = readEndpoint(place.state);
    if (endpoint === null) {
      return { off: 'the embedded master is not running here; start it with lavaflow up' };
    }
    const file = role === 'admin' ? endpoint.adminTokenFile : endpoint.reconcilerTokenFile;
    return { url: endpoint.url, token: readTokenFile(file), tokenOrigin: `the file ${file}` };
  }
  const url = 'url' in address ? address.url : (process.env[address.urlFrom.env] ?? '');
  if (url === '' && 'urlFrom' in address) {
    return { off: `its URL is not set: set the environment variable ${address.urlFrom.env}` };
  }
  if (master.tokenFrom === null) return { off: `lab-config/masters/${master.name}.yaml has no tokenFrom` };
  const token = readSecret(master.tokenFrom, place.directory);
  if (token === null) {
    const name = 'env' in master.tokenFrom ? master.tokenFrom.env : '';
    return { off: `its token is not set: set the environment variable ${name}` };
  }
  return { url, token, tokenOrigin: originOf(master.tokenFrom) };
}

/**
 * Like `accessTo`, for use cases that need the master.
 * @throws UsageError when it is off
 * @throws ExternalError
 */
export function requireAccess(master: Master, role: Role, place: LabPlace): Access {
  const access = accessTo(master, role, place);
  if ('off' in access) throw new UsageError(`master ${master.name} is off: ${access.off}`);
  return access;
}
