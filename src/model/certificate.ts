/**
 * The text form of CURVE certificates, as pyzmq's `zmq.auth` writes and reads it (reference: zmq.auth.certs, and LAVA
 * up to 2020.08): comment lines start with `#`; `public-key = "..."` and, only in a `.key_secret` file,
 * `secret-key = "..."`; each key is 32 bytes in Z85, 40 characters.
 */
export interface Certificate {
  readonly publicKey: string;
  /** Only in the secret half. */
  readonly secretKey: string | null;
}

/** Why a text is not a certificate. Never contains any of the text. */
export interface CertificateProblem {
  readonly problem: string;
  /** Counted from 1; set if one line causes the problem. */
  readonly line?: number;
}

/** 32 bytes in Z85 (ZeroMQ RFC 32). */
export function isZ85Key(text: string): boolean {
  return /^[0-9a-zA-Z.\-:+=^!/*?&<>()[\]{}@%$#]{40}$/.test(text);
}

/** Reads either half of a certificate. A file without a public key is not a certificate, for pyzmq either. */
export function parseCertificate(text: string): Certificate | CertificateProblem {
  const keys = new Map<string, string>();
  for (const [index, line] of text.split('\n').entries()) {
    const entry = /^\s*(public-key|secret-key)[^=]*=(.*)$/s.exec(line);
    if (entry === null) continue;
    const [, name = '', value = ''] = entry;
    // Longer than any line with a key can be, and the search below needs quadratic time.
    const key = value.length > 1000 ? '' : value.replaceAll(/^[\s'"]+|[\s'"]+$/g, '');
    if (!isZ85Key(key)) return { problem: `${name} is not a Z85 key of 40 characters`, line: index + 1 };
    keys.set(name, key);
  }
  const publicKey = keys.get('public-key');
  if (publicKey === undefined) return { problem: 'there is no public-key line' };
  return { publicKey, secretKey: keys.get('secret-key') ?? null };
}
