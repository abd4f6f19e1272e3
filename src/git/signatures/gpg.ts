import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { bad, runVerifier, type Judgement, type Verification } from './verifier.js';

export const gpgArmor = '-----BEGIN PGP SIGNATURE-----';

/** gpg reads no configuration, starts no agent and asks no key server. Every key of its keyring counts as valid. */
const alone = [
  '--no-options',
  '--batch',
  '--no-tty',
  '--no-autostart',
  '--no-permission-warning',
  '--disable-dirmngr',
  '--no-auto-key-retrieve',
  '--trust-model=always',
  '--status-fd=1',
];

/** Judges an OpenPGP signature by a keyring that has the allowed keys and no others. */
export async function verifyGpg({
  directory,
  payload,
  signature,
  signers,
}: Verification): Promise<Judgement> {
  if (signers.gpg.length === 0) return bad('it has a GPG signature, and no GPG key is allowed');
  const keys = join(directory, 'keys');
  const file = join(directory, 'signature');
  await writeFile(keys, signers.gpg.join('\n'));
  await writeFile(file, signature);
  const home = ['--homedir', directory];
  // What cannot be imported allows nobody.
  await runVerifier('gpg', [...home, ...alone, '--import', keys], { directory, codes: [0, 1, 2] });
  const args = [...home, ...alone, '--verify', file, '-'];
  const { output } = await runVerifier('gpg', args, { directory, input: payload, codes: [0, 1, 2] });
  return judge(output);
}

/** Statuses about a signature (doc/DETAILS of GnuPG): one of these for each signature. */
const problems: Readonly<Record<string, (id: string) => string>> = {
  BADSIG: () => 'its signature does not match its content',
  EXPSIG: () => 'its signature has expired',
  EXPKEYSIG: (id) => `the GPG key ${id} has expired`,
  REVKEYSIG: (id) => `the GPG key ${id} was revoked`,
  ERRSIG: (id) => `its GPG key ${id} is not allowed`,
};

/** Pure. Only one good signature and nothing else is good. */
export function judge(output: string): Judgement {
  const statuses = output.split('\n').flatMap((line) => {
    const [, status = '', id = '', rest = ''] = /^\[GNUPG:\] (\w+)(?: (\S+))?(?: (.*))?$/.exec(line) ?? [];
    return status === 'GOODSIG' || Object.hasOwn(problems, status) ? [{ status, id, rest }] : [];
  });
  const [first] = statuses;
  if (first === undefined) return bad('its signature is damaged');
  if (statuses.length > 1) return bad('it has more than one signature');
  const id = /^[0-9A-F]{8,64}$/.test(first.id) ? first.id : 'without an ID';
  const why = problems[first.status];
  if (why !== undefined) return bad(why(id));
  // A good signature always has this status too.
  return /^\[GNUPG:\] VALIDSIG [0-9A-F]{40,64} /m.test(output)
    ? { kind: 'good', by: `GPG key ${id}` }
    : bad('its signature is damaged');
}
