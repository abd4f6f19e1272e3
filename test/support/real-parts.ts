import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { postgresMissing } from './master/postgres.js';
import { otherReleases, otherReleasesOfRun, stockRelease } from './stock-lava/releases.js';
import { stockLava } from './stock-lava/start.js';

/** Real programs that tests run against and that a machine may lack. */
const parts = {
  'stock-lava': () => stockLava.available(),
  'python3-jinja2': () => pythonModule('jinja2', 'python3-jinja2'),
  'python3-yaml': () => pythonModule('yaml', 'python3-yaml'),
  'lava-schemas': () => pythonModule('lava_scheduler_app, lava_common.schemas', 'lava-server'),
  'python3-zmq': () => pythonModule('zmq', 'python3-zmq'),
  python3: () => command('/usr/bin/python3', ['--version'], 'python3'),
  lavacli: () => command('/usr/bin/lavacli', ['--version'], 'lavacli'),
  qemu: () => command('qemu-system-x86_64', ['--version'], 'qemu-system-x86'),
  git: () => command('git', ['--version'], 'git'),
  postgresql: () => postgresMissing(),
  xz: () => command('xz', ['--version'], 'xz-utils'),
  postfix: () =>
    process.getuid?.() === 0
      ? (command('/usr/sbin/postconf', ['-d', 'mail_version'], 'postfix') ??
        command('/bin/sh', ['-c', 'command -v saslpasswd2'], 'sasl2-bin libsasl2-modules'))
      : 'only root can start Postfix',
  chromium: () => command('/usr/bin/chromium', ['--version'], 'chromium'),
  promtool: () => command('/usr/bin/promtool', ['--version'], 'prometheus'),
  gnupg: () => command('gpg', ['--version'], 'gnupg'),
  openssh: () => command('ssh', ['-V'], 'openssh-client'),
} satisfies Record<string, () => string | null>;

export type RealPart = keyof typeof parts;

/**
 * For tests of real parts: `describe.skipIf(requireOrSkip('qemu'))('...', ...)`. Returns null if every part is
 * available. Otherwise returns the reason, which is also printed at the end of the run (see skipped-parts.ts); with
 * LAVAFLOW_REQUIRE_REAL=1, a missing part throws and so fails the test file.
 */
export function requireOrSkip(...needed: readonly RealPart[]): string | null {
  if (needed.includes('stock-lava')) noteOtherReleases();
  const reasons = needed.flatMap((part) => {
    const reason = parts[part]();
    return reason === null ? [] : [`${part}: ${reason}`];
  });
  if (reasons.length === 0) return null;
  const reason = reasons.join('; ');
  if (process.env['LAVAFLOW_REQUIRE_REAL'] === '1') {
    throw new Error(`a part that these tests need is missing, and LAVAFLOW_REQUIRE_REAL=1: ${reason}`);
  }
  note(reasons);
  return reason;
}

/** What a run against the machine's own LAVA leaves to others. */
function noteOtherReleases(): void {
  const covered = [stockRelease.release, ...otherReleasesOfRun()];
  const left = otherReleases.filter((release) => !covered.includes(release));
  note(left.map((release) => `stock-lava: LAVA ${release} is not part of this run: npm run test:releases`));
}

function note(lines: readonly string[]): void {
  const notes = process.env['LAVAFLOW_SKIPPED_PARTS'];
  if (notes !== undefined) for (const line of lines) appendFileSync(notes, `${line}\n`);
}

function pythonModule(module: string, debianPackage: string): string | null {
  return command('/usr/bin/python3', ['-c', `import ${module}`], debianPackage);
}

function command(file: string, args: readonly string[], debianPackage: string): string | null {
  try {
    execFileSync(file, args, { stdio: 'ignore', timeout: 20_000 });
    return null;
  } catch {
    return `${[file, ...args].join(' ')} does not work on this machine; on Debian: apt-get install ${debianPackage}`;
  }
}
