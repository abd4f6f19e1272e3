import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { ExternalError, reasonOf, UsageError } from '../../diagnostics/index.js';
import type { Lab, Master, SecretReference } from '../../model/index.js';
import { readEndpoint, type StateDirectory } from '../state.js';

/** How to reach a master now. */
export interface Access {
  readonly url: string;
  readonly token: string;
  /** Where the token comes from, for messages. */
  readonly tokenOrigin: string;
}

/** Where a lab and its state lie on this machine. */
export interface LabPlace {
  readonly directory: string;
  readonly state: StateDirectory;
}

/** As whom our own master is spoken to; a stock LAVA has one token for both. */
export type Role = 'admin' | 'reconciler';

/**
 * Finds a master's address and token.
 * @returns the access, or why the master is off: a sentence that says what to set
 * @throws ExternalError when a file that should hold a token cannot be read
 */
export function accessTo(master: Master, role: Role, place: LabPlace): Access | { readonly off: string } {
  const { address } = master;
  if ('embedded' in address) {
    const endpoint = readEndpoint(place.state);
    if (endpoint === null) {
      return { off: 'the embedded master does not run here; lavaflow up starts it' };
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

/** As `accessTo`, for a command that cannot do without the master. @throws UsageError when it is off */
export function requireAccess(master: Master, role: Role, place: LabPlace): Access {
  const access = accessTo(master, role, place);
  if ('off' in access) throw new UsageError(`master ${master.name} is off: ${access.off}`);
  return access;
}

/**
 * The master that a command is about: the named one, or the only one that is not off.
 * @throws UsageError when there is no such master, or several could be meant
 */
export function chooseMaster(lab: Lab, name: string | undefined, place: LabPlace): Master {
  if (name !== undefined) {
    const names = [...lab.masters.keys()].join(', ');
    const master = lab.masters.get(name);
    if (master === undefined) throw new UsageError(`the lab has no master ${name}`, `it has: ${names}`);
    return master;
  }
  const on: Master[] = [];
  const off: string[] = [];
  for (const master of lab.masters.values()) {
    const access = accessTo(master, 'admin', place);
    if ('off' in access) off.push(`master ${master.name} is off: ${access.off}`);
    else on.push(master);
  }
  const [only] = on;
  if (only === undefined) throw new UsageError(off.length === 0 ? 'the lab has no master' : off.join('; '));
  if (on.length === 1) return only;
  throw new UsageError(
    'the lab has several masters',
    `say which one with --master NAME: ${on.map((master) => master.name).join(', ')}`,
  );
}

/** For messages. */
export function originOf(reference: SecretReference): string {
  return 'env' in reference ? `the environment variable ${reference.env}` : `the file ${reference.file}`;
}

/** Null when the environment has none. @throws ExternalError when the file cannot be read */
export function readSecret(reference: SecretReference, directory: string): string | null {
  if ('file' in reference) return readTokenFile(resolve(directory, reference.file));
  const value = process.env[reference.env];
  return value === undefined || value === '' ? null : value;
}

/** @throws ExternalError */
export function readTokenFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ExternalError({
      what: 'read a token',
      where: file,
      why: reasonOf(error),
      retry: 'after-change',
      cause: error,
    });
  }
}
