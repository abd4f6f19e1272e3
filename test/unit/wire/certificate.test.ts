import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createCertificate,
  readPublicCertificate,
  readSecretCertificate,
} from '../../../src/wire/certificate.js';
import { encodeZ85 } from '../../../src/wire/z85.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lf-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe('a certificate', () => {
  it('is two files, one of which only its owner can read', async () => {
    const made = await createCertificate(directory, 'board-farm.1');
    expect(await readdir(directory)).toEqual(['board-farm.1.key', 'board-farm.1.key_secret']);
    expect((await stat(made.secretFile)).mode & 0o777).toBe(0o600);
    const secret = await readSecretCertificate(made.secretFile);
    expect(await readPublicCertificate(made.publicFile)).toEqual({ publicKey: secret.publicKey });
    expect(made.publicKey).toBe(secret.publicKey);
    expect(await readFile(made.publicFile, 'utf8')).not.toContain(secret.secretKey);
  });

  it('is never overwritten, and never created partially', async () => {
    const { secretFile } = await createCertificate(directory, 'w1');
    const before = await readFile(secretFile, 'utf8');
    await expect(createCertificate(directory, 'w1')).rejects.toThrow(/never overwritten/);
    expect(await readFile(secretFile, 'utf8')).toBe(before);
    await writeFile(join(directory, 'w2.key'), 'something');
    await expect(createCertificate(directory, 'w2')).rejects.toThrow(/never overwritten/);
    expect(await readdir(directory)).not.toContain('w2.key_secret');
  });

  it.each(['', '.', '..', '../w1', 'a/b', 'a b', 'a\n'])('is not created for the name %j', async (name) => {
    await expect(createCertificate(directory, name)).rejects.toThrow(/is not a valid certificate name/);
  });

  it('that cannot be read is reported with its file and without a key', async () => {
    const file = join(directory, 'w.key_secret');
    await expect(readPublicCertificate(file)).rejects.toThrow(`cannot read a certificate (${file}): ENOENT`);
    await writeFile(file, 'curve\n');
    await expect(readPublicCertificate(file)).rejects.toThrow(/no public-key line/);
    const { publicFile } = await createCertificate(directory, 'other');
    await expect(readSecretCertificate(publicFile)).rejects.toThrow(/secret-key line is missing/);
  });
});

describe('Z85', () => {
  it('follows ZeroMQ RFC 32', () => {
    expect(encodeZ85(Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b))).toBe('HelloWorld');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
        expect(encodeZ85(key)).toHaveLength(40);
      }),
    );
  });
});
