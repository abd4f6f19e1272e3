import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How git signs as somebody: options for `git`. */
export interface TestSigner {
  readonly options: readonly string[];
  /** The line for allowed-signers, without the principal; or the armored key. */
  readonly publicKey: string;
}

/** A new key of ssh-keygen. */
export function makeSshSigner(directory: string, name: string, type = 'ed25519'): TestSigner {
  const file = join(directory, name);
  const size = type === 'rsa' ? ['-b', '2048'] : [];
  execFileSync('ssh-keygen', ['-q', '-t', type, ...size, '-N', '', '-C', name, '-f', file]);
  return {
    options: ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${file}`],
    publicKey: readFileSync(`${file}.pub`, 'utf8').trim(),
  };
}

/** Keys of gpg in a home of their own. */
export interface GpgHome {
  /** @param until e.g. `1y`; the key is created and used at `at`, by default now */
  make(name: string, options?: { readonly until?: string; readonly at?: string }): TestSigner;
  /** The armored key after it was revoked. */
  revoke(name: string): string;
  /** Ends the agent. */
  stop(): void;
}

export function makeGpgHome(directory: string): GpgHome {
  const home = join(directory, 'gpg');
  mkdirSync(home, { mode: 0o700 });
  const gpg = (...args: string[]): string =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--no-tty', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  return {
    make(name, { until = 'never', at } = {}) {
      const time = at === undefined ? [] : ['--faked-system-time', at];
      gpg(
        ...time,
        '--passphrase',
        '',
        '--quick-generate-key',
        `${name} <${name}@example.org>`,
        'ed25519',
        'sign',
        until,
      );
      const program = join(directory, `gpg-as-${name}`);
      const words = ['exec', 'gpg', '--homedir', home, '--batch', '--passphrase', "''", ...time, '"$@"'];
      writeFileSync(program, `#!/bin/sh\n${words.join(' ')}\n`, { mode: 0o755 });
      return {
        options: ['-c', `gpg.program=${program}`, '-c', `user.signingkey=${name}@example.org`],
        publicKey: gpg('--export', '--armor', name),
      };
    },
    revoke(name) {
      const [, fingerprint = ''] =
        /^fpr:+([0-9A-F]+):/m.exec(gpg('--with-colons', '--list-keys', name)) ?? [];
      const file = join(home, 'openpgp-revocs.d', `${fingerprint}.rev`);
      // gpg protects the certificate with a colon from being imported by mistake.
      const text = readFileSync(file, 'utf8').replace(':-----BEGIN', '-----BEGIN');
      writeFileSync(file, text);
      gpg('--import', file);
      return gpg('--export', '--armor', name);
    },
    stop() {
      if (existsSync(home)) execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']);
    },
  };
}
