import { hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { isValidAt, type AllowedSigner } from '../../lab/index.js';
import { bad, runVerifier, type Judgement, type Verification } from './verifier.js';

export const sshArmor = '-----BEGIN SSH SIGNATURE-----';

/** Judges a signature that `ssh-keygen -Y sign` made. The list has exactly the signer whose key made it. */
export async function verifySsh({
  directory,
  payload,
  signature,
  signers,
  now,
}: Verification): Promise<Judgement> {
  const key = keyOf(signature);
  if (key === null) return bad('its signature is damaged');
  const listed = signers.ssh.filter((signer) => signer.key === key.toString('base64'));
  const [signer] = listed.filter((one) => isValidAt(one, now.getTime()));
  if (signer === undefined) {
    const [other] = listed;
    return bad(other === undefined ? `its key ${fingerprint(key)} is not allowed` : whyInvalid(other, now));
  }
  const list = join(directory, 'allowed-signers');
  const file = join(directory, 'signature');
  await writeFile(list, `signer ${signer.type} ${signer.key}\n`);
  await writeFile(file, signature);
  const args = ['-Y', 'verify', '-f', list, '-I', 'signer', '-n', 'git', '-s', file];
  // ssh-keygen exits with 255 for every failure.
  const { code } = await runVerifier('ssh-keygen', args, { directory, input: payload, codes: [0, 255] });
  return code === 0
    ? { kind: 'good', by: signer.principals }
    : bad('its signature does not match its content');
}

/** The public key in a signature: `SSHSIG`, a version, the key, ... (PROTOCOL.sshsig of OpenSSH). */
function keyOf(signature: string): Buffer | null {
  const [, base64 = ''] =
    /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)-----END SSH SIGNATURE-----\n$/.exec(signature) ?? [
      undefined,
      undefined,
    ];
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length < 14 || bytes.toString('latin1', 0, 6) !== 'SSHSIG') return null;
  const length = bytes.readUInt32BE(10);
  return bytes.length < 14 + length ? null : bytes.subarray(14, 14 + length);
}

/** As `ssh-keygen -l` shows it. */
function fingerprint(key: Buffer): string {
  return `SHA256:${hash('sha256', key, 'base64').replace(/=+$/, '')}`;
}

function whyInvalid({ principals, validAfter, validBefore }: AllowedSigner, now: Date): string {
  const isEarly = validAfter !== null && now.getTime() < validAfter;
  const time = new Date((isEarly ? validAfter : validBefore) ?? 0).toISOString();
  return isEarly
    ? `the key of ${principals} is not valid before ${time}`
    : `the key of ${principals} was valid until ${time}`;
}
