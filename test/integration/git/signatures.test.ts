/** Signatures of commits that real git makes with real keys of ssh-keygen and gpg. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openVerifier } from '../../../src/app/request/index.js';
import { fetchSigned, readSignersAt, verifyCommit } from '../../../src/git/index.js';
import { readSigners, type FileMap, type Signers } from '../../../src/lab/index.js';
import {
  isolatedGit,
  makeTestDirectory,
  makeTestRepository,
  testRepositoryAt,
  type TestRepository,
} from '../../support/git/git-repository.js';
import { makeGpgHome, makeSshSigner, type GpgHome, type TestSigner } from '../../support/git/signing.js';
import { requireOrSkip } from '../../support/real-parts.js';

const now = new Date('2026-12-01T12:00:00Z');

describe.skipIf(requireOrSkip('openssh', 'gnupg'))('the signature of a commit', () => {
  let keys: string;
  let lab: TestRepository;
  let gpg: GpgHome;
  let anna: TestSigner;
  let eve: TestSigner;

  beforeAll(async () => {
    Object.assign(process.env, isolatedGit);
    keys = await makeTestDirectory();
    lab = await makeTestRepository();
    gpg = makeGpgHome(keys);
    [anna, eve] = [makeSshSigner(keys, 'anna'), makeSshSigner(keys, 'eve')];
  });
  afterAll(async () => {
    gpg.stop();
    await rm(keys, { recursive: true });
    await lab.remove();
  });

  const commitAs = async (signer: TestSigner | null, message = 'change'): Promise<string> => {
    const sign = signer === null ? [] : ['-S'];
    await lab.git(...(signer?.options ?? []), 'commit', '--quiet', '--allow-empty', ...sign, '-m', message);
    return (await lab.git('rev-parse', 'HEAD')).trim();
  };
  const allow = (...lines: string[]): Signers =>
    signersOf({ 'lab-config/allowed-signers': lines.join('\n') });
  const allowGpg = (...armored: string[]): Signers =>
    signersOf(Object.fromEntries(armored.map((text, index) => [`lab-config/gpg-keys/${index}.asc`, text])));
  const verdict = async (commit: string, signers: Signers, at = now): Promise<string> => {
    const judgement = await verifyCommit(lab.directory, commit, signers, at);
    return judgement.kind === 'good' ? `good: ${judgement.by}` : judgement.why;
  };

  it.each(['ed25519', 'ecdsa', 'rsa'])('is accepted from a key on the list: %s', async (type) => {
    const signer = makeSshSigner(keys, `ben-${type}`, type);
    const list = allow(`anna ${anna.publicKey}`, `ben@example.org ${signer.publicKey}`);
    expect(await verdict(await commitAs(signer, 'ä message\n\ngpgsig no'), list)).toBe(
      'good: ben@example.org',
    );
  });

  it('is refused without a key on the list', async () => {
    const list = allow(`anna ${anna.publicKey}`);
    const nobody = { ssh: [], gpg: [] };
    expect(await verdict(await commitAs(null), list)).toBe('it is not signed');
    expect(await verdict(await commitAs(eve), list)).toMatch(/^its key SHA256:\S{43} is not allowed$/);
    expect(await verdict(await commitAs(anna), nobody)).toMatch(/is not allowed$/);
    expect(await verdict(await commitAs(gpg.make('zoe')), list)).toMatch(/no GPG key is allowed$/);
  });

  it('counts only while its key is valid, whatever the commit claims about its date', async () => {
    const commit = await commitAs(anna);
    const from = (options: string, at?: Date) =>
      verdict(commit, allow(`anna ${options} ${anna.publicKey}`), at);
    expect(await from('valid-after=20261201,valid-before=20261202')).toBe('good: anna');
    expect(await from('valid-before=20261201')).toBe(
      'the key of anna was valid until 2026-12-01T00:00:00.000Z',
    );
    expect(await from('valid-after=20261202')).toBe(
      'the key of anna is not valid before 2026-12-02T00:00:00.000Z',
    );
  });

  it('is refused if anything of the commit was changed afterwards', async () => {
    const list = allow(`anna ${anna.publicKey}`);
    const text = await lab.git('cat-file', 'commit', await commitAs(anna));
    const other = text.replace('\n\nchange', '\n\nchanged');
    expect(await verdict(write(other), list)).toBe('its signature does not match its content');
    // The signature of one commit in another.
    const tree = text.replace(/^tree .*/, `tree ${'f'.repeat(40)}`);
    expect(await verdict(write(tree), list)).toMatch(/does not match/);
    const twice = text.replace('gpgsig ', 'gpgsig x\ngpgsig ');
    expect(await verdict(write(twice), list)).toMatch(/more than one signature/);
    expect(await verdict(write(text.replace(/BEGIN SSH/g, 'BEGIN SIGNED')), list)).toMatch(
      /only SSH and GPG/,
    );
    // A signature of a file by the same key.
    const file = join(keys, 'file');
    writeFileSync(file, text.replace(/gpgsig [\s\S]*?-----END SSH SIGNATURE-----\n/, ''));
    execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'file', '-f', join(keys, 'anna'), file]);
    const stolen = execFileSync('cat', [`${file}.sig`], { encoding: 'utf8' })
      .trimEnd()
      .replaceAll('\n', '\n ');
    const forged = text.replace(/gpgsig [\s\S]*?-----END SSH SIGNATURE-----\n/, `gpgsig ${stolen}\n`);
    expect(await verdict(write(forged), list)).toBe('its signature does not match its content');
  });

  it('can be one of gpg, by a key that is neither expired nor revoked', async () => {
    const [carl, dora] = [gpg.make('carl'), gpg.make('dora')];
    const old = gpg.make('old', { until: '20220101T000000', at: '20210101T000000!' });
    const commit = await commitAs(carl);
    expect(await verdict(commit, allowGpg(dora.publicKey, carl.publicKey))).toMatch(
      /^good: GPG key [0-9A-F]{16}$/,
    );
    expect(await verdict(commit, allowGpg(dora.publicKey))).toMatch(
      /^its GPG key [0-9A-F]{16} is not allowed$/,
    );
    expect(await verdict(await commitAs(old), allowGpg(old.publicKey))).toMatch(/has expired$/);
    expect(await verdict(commit, allowGpg(gpg.revoke('carl')))).toMatch(/was revoked$/);
    const text = await lab.git('cat-file', 'commit', await commitAs(dora));
    const changed = text.replace('\n\nchange', '\n\nchanged');
    expect(await verdict(write(changed), allowGpg(dora.publicKey))).toBe(
      'its signature does not match its content',
    );
  });

  it('is judged by nothing in the repository: no program, no keys, no replaced commit', async () => {
    const ran = join(keys, 'ran');
    const program = join(keys, 'yes');
    writeFileSync(program, `#!/bin/sh\ntouch ${ran}\necho '[GNUPG:] GOODSIG 1 2'\nexit 0\n`, { mode: 0o755 });
    for (const setting of ['gpg.program', 'gpg.ssh.program', 'gpg.openpgp.program'])
      await lab.git('config', setting, program);
    await lab.git('config', 'gpg.ssh.allowedSignersFile', join(keys, 'all'));
    writeFileSync(join(keys, 'all'), `eve ${eve.publicKey}\n`);
    const list = allow(`anna ${anna.publicKey}`);
    const unsigned = await commitAs(null);
    const bySsh = await commitAs({ ...eve, options: [...eve.options, '-c', 'gpg.ssh.program=ssh-keygen'] });
    const signed = await commitAs({
      ...anna,
      options: [...anna.options, '-c', 'gpg.ssh.program=ssh-keygen'],
    });
    await lab.git('replace', unsigned, signed);
    expect(await verdict(unsigned, list)).toBe('it is not signed');
    expect(await verdict(bySsh, list)).toMatch(/is not allowed$/);
    expect(await verdict(signed, list)).toBe('good: anna');
    expect(existsSync(ran)).toBe(false);
    for (const setting of ['gpg.program', 'gpg.ssh.program', 'gpg.openpgp.program'])
      await lab.git('config', '--unset', setting);
  });

  it('counts by the list of the revision in force, which the new one contains', async () => {
    const verify = openVerifier({ lab: lab.directory });
    const ask = async (commit: string, inForce: string | null, other = verify) =>
      (await other({ commit, inForce, requiresSigners: true })).problem?.message ?? 'accepted';
    const list = async (text: string, signer: TestSigner) => {
      await lab.write({ 'lab-config/allowed-signers': text });
      await lab.git('add', '--all');
      return commitAs(signer);
    };
    const first = await list(`anna ${anna.publicKey}\n`, anna);
    const taken = await list(`eve ${eve.publicKey}\n`, eve);
    expect(await ask(first, null)).toBe('accepted');
    expect(await ask(taken, first)).toMatch(
      /its key \S+ is not allowed\. The signers are those of [0-9a-f]{12}$/,
    );
    expect(await ask(taken, null)).toBe('accepted');
    const handedOver = await list(`eve ${eve.publicKey}\n`, anna);
    expect(await ask(handedOver, first)).toBe('accepted');
    // Older, but properly signed.
    const next = await list(`anna ${anna.publicKey}\neve ${eve.publicKey}\n`, anna);
    expect(await ask(first, next)).toMatch(/does not contain .* which is in force/);
    expect(await ask(first, next, openVerifier({ lab: lab.directory, signersFrom: first }))).toBe('accepted');
    expect(await ask(next, 'f'.repeat(40))).toMatch(/this clone does not have that revision/);
    const locked = await list('# nobody\n', anna);
    expect(await ask(locked, next)).toMatch(/allows nobody to sign/);
    expect((await readSignersAt(lab.directory, next))?.ssh).toHaveLength(2);
  });

  it('counts in a shallow clone too, which fetches what it needs', async () => {
    const list = { 'lab-config/allowed-signers': `anna ${anna.publicKey}\n` };
    await lab.write(list);
    await lab.git('add', '--all');
    const [inForce, , commit] = [await commitAs(anna), await commitAs(null), await commitAs(anna)];
    const clone = testRepositoryAt(join(keys, 'clone'));
    await lab.git('clone', '--quiet', '--depth=1', `file://${lab.directory}`, clone.directory);
    const question = { commit, inForce, requiresSigners: true };
    expect((await openVerifier({ lab: clone.directory })(question)).problem?.hint).toMatch(/--unshallow/);
    const fetch = (commits: readonly string[]) => fetchSigned(clone.directory, commits);
    expect((await openVerifier({ lab: clone.directory, fetch })(question)).problem).toBeNull();
  });

  /** Writes a commit object as it is. */
  function write(text: string): string {
    const args = ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'];
    return execFileSync('git', args, { cwd: lab.directory, input: text, encoding: 'utf8' }).trim();
  }
});

function signersOf(texts: Readonly<Record<string, string>>): Signers {
  const files: FileMap = new Map(
    Object.entries(texts).map(([path, text]) => [path, { type: 'file', content: Buffer.from(text) }]),
  );
  return readSigners(files);
}
