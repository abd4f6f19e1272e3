import { describe, expect, it } from 'vitest';

import { isValidAt, loadLab, readSigners, type FileMap } from '../../../src/lab/index.js';
import { readAllowedSigners } from '../../../src/lab/signers/allowed-signers.js';

const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIKsqKvv8QUKsbMn2FpJuTxvEsiuKpwIKQ4pwu5Mtyxxx';
const pgp = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEY\n-----END PGP PUBLIC KEY BLOCK-----\n';

describe('the list of allowed signers', () => {
  it('has one signer in each line, with options of git', () => {
    const text = [
      '# maintainers',
      `anna@example.org ssh-ed25519 ${key} anna's laptop`,
      '',
      `"ben@example.org,*@example.net" namespaces="git,file",valid-after="20260101",valid-before="202701011230Z" ssh-ed25519 ${key}`,
    ].join('\n');
    expect(readAllowedSigners(text)).toEqual({
      signers: [
        { principals: 'anna@example.org', type: 'ssh-ed25519', key, validAfter: null, validBefore: null },
        {
          principals: 'ben@example.org,*@example.net',
          type: 'ssh-ed25519',
          key,
          validAfter: Date.UTC(2026, 0, 1),
          validBefore: Date.UTC(2027, 0, 1, 12, 30),
        },
      ],
      problems: [],
    });
  });

  it('is valid from its beginning until before its end', () => {
    const [signer] = readAllowedSigners(
      `a valid-after=20260101,valid-before=20260102 ssh-ed25519 ${key}`,
    ).signers;
    const at = (time: string) => signer !== undefined && isValidAt(signer, Date.parse(time));
    expect(at('2025-12-31T23:59:59.999Z')).toBe(false);
    expect(at('2026-01-01T00:00:00Z')).toBe(true);
    expect(at('2026-01-01T23:59:59.999Z')).toBe(true);
    expect(at('2026-01-02T00:00:00Z')).toBe(false);
  });

  it.each([
    ['anna', 5, 'the line has no key'],
    [`anna ssh-dss ${key}`, 6, '"ssh-dss" is not a type of key'],
    [`anna ssh-rsa ${key}`, 14, 'this is not a key of the type ssh-rsa'],
    ['anna ssh-ed25519 !!!', 18, 'this is not a key of the type ssh-ed25519'],
    ['anna ssh-ed25519', 17, 'the line has no key'],
    [`anna cert-authority ssh-ed25519 ${key}`, 6, 'certificate authorities are not supported'],
    [`anna namespaces="file" ssh-ed25519 ${key}`, 6, 'this key may not sign commits'],
    [`anna valid-before=20260230 ssh-ed25519 ${key}`, 6, '"20260230" is not a time'],
    [`anna namespaces=git,sudo ssh-ed25519 ${key}`, 21, 'there is no option "sudo"'],
  ])('reports %j at its column', (line, column, message) => {
    const files: FileMap = new Map([
      [
        'lab-config/allowed-signers',
        { type: 'file', content: Buffer.from(`good ssh-ed25519 ${key}\n${line}\n`) },
      ],
    ]);
    const findings = loadLab(files).findings.filter(({ code }) => code === 'signer-invalid');
    expect(findings).toMatchObject([
      { message, place: { file: 'lab-config/allowed-signers', line: 2, column } },
    ]);
    expect(findings[0]?.hint).toMatch(/\.$|AAAA\.\.\.$/);
    // The other lines count nevertheless.
    expect(readSigners(files).ssh.map(({ principals }) => principals)).toEqual(['good']);
  });
});

describe('a lab that requires signatures', () => {
  const lab = 'kind: Lab\nname: signed\npolicy:\n  signatures: required\n';
  const codes = (more: Readonly<Record<string, string>>) => {
    const files = new Map(
      Object.entries({ 'lab-config/lab.yaml': lab, ...more }).map(([path, text]) => [
        path,
        { type: 'file' as const, content: Buffer.from(text) },
      ]),
    );
    return loadLab(files)
      .findings.filter(({ code }) => code.startsWith('sign') || code.startsWith('file'))
      .map(({ code, place }) => `${place.file}:${place.line ?? ''} ${code}`);
  };

  it('must allow somebody to sign', () => {
    expect(codes({})).toEqual(['lab-config/lab.yaml:4 signers-missing']);
    expect(codes({ 'lab-config/allowed-signers': '# nobody\n' })).toEqual([
      'lab-config/lab.yaml:4 signers-missing',
    ]);
    expect(codes({ 'lab-config/allowed-signers': `anna ssh-ed25519 ${key}\n` })).toEqual([]);
    expect(codes({ 'lab-config/gpg-keys/anna@example.org.asc': pgp })).toEqual([]);
  });

  it('has only armored public keys in gpg-keys', () => {
    expect(
      codes({
        'lab-config/gpg-keys/anna.asc': pgp,
        'lab-config/gpg-keys/ben.asc': 'mDMEY\n',
        'lab-config/gpg-keys/carl.gpg': pgp,
      }),
    ).toEqual(['lab-config/gpg-keys/ben.asc:1 signer-invalid', 'lab-config/gpg-keys/carl.gpg: file-unknown']);
  });
});
