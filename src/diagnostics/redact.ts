import { wellFormed } from './escape.js';

/** What stands in place of a secret. */
const mask = '[secret]';

/**
 * Takes secrets out of a text, longest first, also where they stand percent-encoded. Secrets shorter than four
 * characters are left: they would be found everywhere.
 */
export function redact(text: string, secrets: Iterable<string>): string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    forms.add(secret);
    forms.add(encodeURIComponent(wellFormed(secret)));
    forms.add(JSON.stringify(secret).slice(1, -1));
  }
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((redacted, secret) => redacted.replaceAll(secret, mask), text);
}
