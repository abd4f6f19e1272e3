import { saysSecret } from '../../diagnostics/index.js';
import { placeAt } from '../place.js';
import type { Report } from '../report.js';

const rules = [
  {
    code: 'secret-key-in-lab',
    pattern: /^[\t ]*["']?secret-key["']?[\t ]*[=:][\t ]*\S/m,
    message: 'this line contains the secret half of a key pair',
  },
  {
    code: 'private-key-in-lab',
    pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----/,
    message: 'a private key starts here',
  },
  {
    code: 'private-key-in-lab',
    pattern: /PuTTY-User-Key-File-\d/,
    message: 'a private key starts here',
  },
] as const;

const hint =
  'Remove it from the history as well, and create a new key: anyone who could read the repository has the old one.';

/**
 * Reports lines of a file that a worker gets that look like a secret. These are the files that `import` and `init --from`
 * leave on the master for the same reason: everybody who reads the repository would have the secret.
 */
export function reportLikelySecrets(path: string, text: string, report: Report): void {
  let at = 0;
  for (const line of text.split('\n')) {
    if (report.isFull(path)) return;
    const start = at + line.length - line.trimStart().length;
    if (saysSecret(line)) {
      const message = 'this line seems to contain a password or another secret';
      report.error('secret-in-worker-file', placeAt(path, text, start), message, leaveHint);
    }
    at += line.length + 1;
  }
}

const leaveHint =
  'Remove the line, also from the history, and replace the secret. Without this file in the lab, lavaflow does not touch the one on the master.';

/** Secret keys and private keys must not be in a lab, in any file. The finding never repeats what was found. */
export function reportSecrets(path: string, text: string, report: Report): void {
  for (const rule of rules) {
    const match = rule.pattern.exec(text);
    if (match !== null) report.error(rule.code, placeAt(path, text, match.index), rule.message, hint);
  }
  if (path.endsWith('.key_secret')) {
    report.error(
      'secret-key-in-lab',
      { file: path },
      'a file with this name contains the secret half of a key pair',
      hint,
    );
  }
}
