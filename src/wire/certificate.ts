/**
 * CURVE certificates in pyzmq's text format (zmq.auth.certs), as LAVA's `create_certificate.py` writes them
 * (LAVA up to 2020.08): `NAME.key` holds the public key, `NAME.key_secret` both.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { curveKeyPair } from 'zeromq';
import { ExternalError, UsageError } from '../diagnostics/index.js';
import { codeOf, createFile, hasCode } from '../host/index.js';
import { parseCertificate as parseCertificateText, type Certificate } from '../model/index.js';

/** Keys in Z85, 40 characters each. */
export interface PublicCertificate {
  readonly publicKey: string;
}
export interface SecretCertificate extends PublicCertificate {
  readonly secretKey: string;
}

export interface CertificateFiles {
  readonly publicFile: string;
  readonly secretFile: string;
  readonly publicKey: string;
}

/** The keys in a certificate's text; null for a key that is missing. The model's parser explains why. */
export function parseCertificate(text: string): { publicKey: string | null; secretKey: string | null } {
  const certificate = parseCertificateText(text);
  return 'problem' in certificate ? { publicKey: null, secretKey: null } : certificate;
}

/** Text of a `.key` file, or of a `.key_secret` file if the certificate has a secret key. */
function formatCertificate(certificate: PublicCertificate | SecretCertificate): string {
  const isSecret = 'secretKey' in certificate;
  const banner = isSecret
    ? ['SECRET CURVE certificate. Do not share or commit this file.']
    : ['Public CURVE certificate. You can share and commit this file.'];
  return [
    ...['', ...banner, 'Created by lavaflow.', ''].map((line) => `# ${line}`.trimEnd()),
    '',
    'metadata',
    'curve',
    `    public-key = "${certificate.publicKey}"`,
    ...(isSecret ? [`    secret-key = "${certificate.secretKey}"`] : []),
    '',
  ].join('\n');
}

/**
 * Creates a key pair and writes `NAME.key` and, with mode 0600, `NAME.key_secret`. Never overwrites a file.
 * @param name `[-_a-zA-Z0-9.]+`, as LAVA requires for the name of a worker
 * @throws UsageError when the name is not valid or one of the files exists
 * @throws ExternalError when writing fails
 */
export async function createCertificate(directory: string, name: string): Promise<CertificateFiles> {
  if (!/^[-_a-zA-Z0-9.]+$/.test(name) || /^\.+$/.test(name)) {
    throw new UsageError(
      `${JSON.stringify(name)} is not a valid certificate name`,
      'Use only letters, digits, ".", "-" and "_".',
    );
  }
  const pair = curveKeyPair();
  const secretFile = join(directory, `${name}.key_secret`);
  const publicFile = join(directory, `${name}.key`);
  await writeNew(publicFile, formatCertificate({ publicKey: pair.publicKey }), 0o644);
  try {
    await writeNew(secretFile, formatCertificate(pair), 0o600);
  } catch (error) {
    // Without its secret half, a public certificate could be handed out but never used.
    await rm(publicFile);
    throw error;
  }
  return { publicFile, secretFile, publicKey: pair.publicKey };
}

async function writeNew(file: string, text: string, mode: number): Promise<void> {
  try {
    await createFile(file, text, mode);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) {
      throw new UsageError(
        `${file} already exists; certificates are never overwritten`,
        'Choose another name or directory, or delete the old certificate.',
      );
    }
    throw fileError('write a certificate', file, error);
  }
}

/**
 * Reads the public key, from either file of a key pair.
 * @throws ExternalError when the file cannot be read or does not contain a public key
 */
export async function readPublicCertificate(file: string): Promise<PublicCertificate> {
  const { publicKey } = await readKeys(file);
  return { publicKey };
}

/**
 * Reads both keys from a `.key_secret` file.
 * @throws ExternalError when the file cannot be read or does not contain both keys
 */
export async function readSecretCertificate(file: string): Promise<SecretCertificate> {
  const { publicKey, secretKey } = await readKeys(file);
  if (secretKey === null) throw unusable(file, 'the secret-key line is missing');
  return { publicKey, secretKey };
}

async function readKeys(file: string): Promise<Certificate> {
  const certificate = parseCertificateText(await readText(file));
  if ('problem' in certificate) throw unusable(file, certificate.problem);
  return certificate;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw fileError('read a certificate', file, error);
  }
}

function unusable(file: string, why: string): ExternalError {
  return new ExternalError({
    what: 'read a certificate',
    where: file,
    why,
    retry: 'after-change',
    hint: 'Create one with `lavaflow certs create`.',
  });
}

function fileError(what: string, file: string, error: unknown): ExternalError {
  const code = codeOf(error) ?? 'unknown error';
  return new ExternalError({ what, where: file, why: code, retry: 'after-change', cause: error });
}
